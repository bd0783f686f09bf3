import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fromRoot, readJson, root } from './workspace.mjs';

/** Folders that hold no source of a build. */
const notSource = new Set(['node_modules', 'dist', 'build', 'bench', 'fixtures', 'test-results']);

/** Files at the root that a build depends on. */
const rootFiles = ['nx.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.base.json'];

/**
 * One short text that changes whenever a source of the build is edited, added, renamed or removed.
 *
 * Made of every file's path, size and time of change, not of its contents: a few hundred files take some ten
 * milliseconds, so a command may ask at every start. Tests and prose are left out.
 * @returns {string}
 */
export function sourcesSignature() {
  const hash = createHash('sha256');
  const files = [
    ...rootFiles.map((file) => fromRoot(file)),
    ...listFiles(fromRoot('libs')),
    ...listFiles(fromRoot('apps')),
  ];
  files.push(fromRoot('tools', 'project.json'));
  for (const file of files) {
    const stat = statSync(file, { throwIfNoEntry: false });
    // A file may vanish between listing and asking; then the signature simply lacks it.
    if (stat === undefined) continue;
    hash.update(`${path.relative(root, file)}\0${stat.size}\0${stat.mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/**
 * The build's products that are not there, by path relative to the root.
 * @returns {string[]}
 */
export function missingProducts() {
  /** @type {{ path: string }[]} */
  const references = readJson(fromRoot('tsconfig.json'))?.references ?? [];
  const products = references.map((reference) => path.join(reference.path, 'dist', '.tsbuildinfo'));
  products.push(path.join('apps', 'dashboard', 'dist', 'index.html'));
  const missing = products.filter((product) => !existsSync(fromRoot(product)));
  const kernels = path.join('libs', 'engine-wasm', 'build');
  if (
    !existsSync(fromRoot(kernels)) ||
    !readdirSync(fromRoot(kernels)).some((file) => file.endsWith('.wasm'))
  ) {
    missing.push(path.join(kernels, '*.wasm'));
  }
  return missing;
}

/**
 * Every source file under a folder, in a fixed order.
 * @param {string} folder absolute
 * @returns {string[]}
 */
function listFiles(folder) {
  /** @type {string[]} */
  const files = [];
  const entries = readdirSync(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!notSource.has(entry.name)) files.push(...listFiles(full));
    } else if (!/\.test\.[a-z]+$|\.md$/.test(entry.name)) {
      files.push(full);
    }
  }
  return files;
}
