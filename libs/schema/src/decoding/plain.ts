/* JSON-like values: the values that JSON and YAML parse to, and that literals in code have. */

/** A JSON-like object: not an array, null or an instance of a class. */
export type PlainObject = Readonly<Record<string, unknown>>;

/** Whether a value is a plain object, as JSON or YAML parse to. */
export function isPlainObject(value: unknown): value is PlainObject {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Dotted path of a key. */
export function joinPath(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** The value of an object's own key, undefined if there is none; inherited keys do not count. */
export function own(object: PlainObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets an own property, whatever its name: an assignment to `__proto__` would change the prototype instead. */
export function define(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}

/** A deep copy of a JSON-like value within the bounds of `sizeFault`; own keys only. */
export function plainCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainCopy);
  if (!isPlainObject(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) define(copy, key, plainCopy(entry));
  return copy;
}
