import type { SpecError } from './errors.js';
import { specError } from './errors.js';
import { isPlainObject } from './plain.js';

/*
 * How large an input may be. Every decoder checks this first: later stages copy, compare and recurse without further
 * checks, each in time linear in the size allowed here.
 */

/** Nesting depth of lists and objects; a RunSpec has four levels, the metadata of other tools a few more. */
export const MAX_DEPTH = 32;
/** Values of a spec, a command or a note, at every depth; a complete RunSpec has about a hundred. */
export const MAX_VALUES = 10_000;
/** Values of a sweep file: 5,000 cases that set ten paths each. */
export const MAX_SWEEP_VALUES = 100_000;

/**
 * The fault of an input that is too large or nested too deeply to be processed (a cyclic one included); undefined if it
 * is within bounds. Takes time up to the bound only, whatever the input.
 */
export function sizeFault(input: unknown, maxValues = MAX_VALUES): SpecError | undefined {
  let level: unknown[] = [input];
  let values = 1;
  for (let depth = 0; level.length > 0; depth++) {
    const next: unknown[] = [];
    for (const value of level) {
      const entries = entriesOf(value);
      if (entries === undefined) continue;
      if (depth === MAX_DEPTH) return tooDeep(input);
      values += entries.length;
      if (values > maxValues) return tooLarge(input, maxValues);
      for (let i = 0; i < entries.length; i++) next.push(entries[i]);
    }
    level = next;
  }
  return undefined;
}

const entriesOf = (value: unknown): readonly unknown[] | undefined =>
  Array.isArray(value) ? value : isPlainObject(value) ? Object.values(value) : undefined;

function tooDeep(input: unknown): SpecError {
  const entries = isPlainObject(input) ? Object.entries(input) : [];
  const [path, value] = entries.find(([, entry]) => isDeeperThan(entry, MAX_DEPTH - 1)) ?? ['', input];
  return specError(
    path,
    value,
    `at most ${MAX_DEPTH} levels`,
    `is nested more than ${MAX_DEPTH} levels deep`,
  );
}

function isDeeperThan(value: unknown, levels: number): boolean {
  const entries = entriesOf(value);
  if (entries === undefined) return false;
  return levels === 0 || entries.some((entry) => isDeeperThan(entry, levels - 1));
}

const tooLarge = (input: unknown, maxValues: number): SpecError =>
  specError('', input, `at most ${maxValues} values`, `holds more than ${maxValues} values`);
