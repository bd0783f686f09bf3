import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder, absolute. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** Where the tools keep their state between runs; it is deleted together with `node_modules`. */
export const cacheFolder = path.join(root, 'node_modules', '.cache', 'grokscope');

/**
 * An absolute path from parts relative to the repository's root.
 * @param {...string} parts
 */
export function fromRoot(...parts) {
  return path.join(root, ...parts);
}

/**
 * Reads a JSON file; `undefined` if it is missing or not JSON.
 * @param {string} file absolute
 * @returns {any}
 */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * The script behind a package's command, to be run with `process.execPath`: this needs no shell and no `.cmd` shim, so
 * it works the same on every platform.
 * @param {string} packageName as in `node_modules`
 * @param {string} command the command's name in the package's `bin`
 * @returns {string} absolute path
 * @throws Error when the package is not installed or has no such command
 */
export function commandScript(packageName, command) {
  const folder = fromRoot('node_modules', packageName);
  const bin = readJson(path.join(folder, 'package.json'))?.bin;
  const script = typeof bin === 'string' ? bin : bin?.[command];
  if (script === undefined || !existsSync(path.join(folder, script))) {
    throw new Error(
      `the command "${command}" of the package "${packageName}" is not installed; run "npm ci"`,
    );
  }
  return path.join(folder, script);
}
