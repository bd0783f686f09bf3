import { shortened } from '@grokscope/base';

/*
 * A value as JSON for a message, computed only as far as it is shown: user input may be a megabyte long, ten thousand
 * levels deep or cyclic, and its preview must cost no more than the few characters that are read.
 */

/** The JSON text of a value, cut off between two characters once it is longer than `most`; numbers that are not finite by their names. */
export function preview(value: unknown, most: number): string {
  return new Preview(most).of(value);
}

class Preview {
  constructor(private left: number) {}

  /** Every level costs at least one character, so the remaining budget bounds the depth. */
  of(value: unknown): string {
    switch (typeof value) {
      case 'string':
        return this.#spent(JSON.stringify(shortened(value, Math.max(this.left, 0) + 1)));
      case 'object':
        if (value === null) return this.#spent('null');
        return Array.isArray(value) ? this.#list(value) : this.#object(value);
      default:
        return this.#spent(isScalar(value) ? String(value) : `(${typeof value})`);
    }
  }

  #list(entries: readonly unknown[]): string {
    let text = this.#spent('[');
    for (let i = 0; i < entries.length && this.left > 0; i++) {
      text += (i > 0 ? this.#spent(',') : '') + this.of(entries[i]);
    }
    return text + this.#spent(']');
  }

  #object(object: object): string {
    const prototype: unknown = Object.getPrototypeOf(object);
    if (prototype !== Object.prototype && prototype !== null) return this.#spent(instanceText(object));
    let text = this.#spent('{');
    let isFirst = true;
    // Not `Object.entries`: of a million keys only a few are needed.
    for (const key in object) {
      if (this.left <= 0) break;
      const value = (object as Record<string, unknown>)[key];
      if (value === undefined || typeof value === 'function') continue;
      text += `${isFirst ? '' : this.#spent(',')}${this.of(key)}${this.#spent(':')}${this.of(value)}`;
      isFirst = false;
    }
    return text + this.#spent('}');
  }

  #spent(text: string): string {
    this.left -= text.length;
    return text;
  }
}

const isScalar = (value: unknown): boolean =>
  typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint';

/** An instance of a class: its kind, and a date's time. */
function instanceText(object: object): string {
  if (object instanceof Date) return JSON.stringify(object);
  const { constructor } = object;
  return `(${typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'object'})`;
}
