import { graphemes, printable } from '@grokscope/base';

/* SVG as text. Attributes in user units (pixels at scale 1), rounded to hundredths. */

/** Attribute values; undefined ones are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

const number = (value: number): string => String(Math.round(value * 100) / 100);

/**
 * Text as it may occur in an element or a quoted attribute. Characters that do not belong in a line of text (control
 * characters, marks of writing direction) are written as escapes; characters that XML cannot hold become the
 * replacement character.
 */
export const escapeXml = (text: string): string =>
  printable(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** An element with its attributes and its content, which is already SVG. */
export const element = (name: string, attributes: Attributes, content = ''): string => {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? number(value) : escapeXml(value!)}"`)
    .join('');
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
};

/** One line of text. */
export const svgText = (x: number, y: number, text: string, attributes: Attributes = {}): string =>
  element('text', { x, y, ...attributes }, escapeXml(text));

/** A path through points; a null breaks it. Lone points draw nothing. */
export const polyline = (
  points: readonly (readonly [number, number] | null)[],
  attributes: Attributes,
): string => {
  let pen = 'M';
  const d: string[] = [];
  for (const point of points) {
    if (point !== null) d.push(`${pen}${number(point[0])} ${number(point[1])}`);
    pen = point === null ? 'M' : 'L';
  }
  return d.length < 2 ? '' : element('path', { d: d.join(''), fill: 'none', ...attributes });
};

/** The approximate width of text in a sans-serif face, in pixels: enough to lay out labels without measuring them. */
export const textWidth = (text: string, fontSize: number): number =>
  graphemes(printable(text)).length * fontSize * 0.54;

/** Words in lines of at most `width` pixels (a longer word gets its own line). */
export const wrapText = (text: string, width: number, fontSize: number): string[] => {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(`${last} ${word}`, fontSize) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
};
