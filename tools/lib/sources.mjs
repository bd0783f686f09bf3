import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { builtProgram, programs } from './programs.mjs';
import { fromRoot, readJson, root } from './workspace.mjs';

/** Folders of a package that do not contain sources of its build. */
const notSource = new Set(['node_modules', 'dist', 'build', 'bench', 'fixtures']);

/** Files at the root that a build depends on. */
const rootFiles = [
  'nx.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.base.json',
  'tools/project.json',
  'tools/bundle.mjs',
  'tools/lib/programs.mjs',
];

/**
 * One short text that changes whenever a source of the build is edited, added, renamed or removed.
 *
 * Computed from every file's path, size and modification time, not from its contents: a few hundred files take some ten
 * milliseconds, so a command can check at every start. Tests and prose are left out.
 * @returns {string}
 */
export function sourcesSignature() {
  const hash = createHash('sha256');
  const files = [...rootFiles.map((file) => fromRoot(file)), ...packageFolders().flatMap(packageSources)];
  for (const file of files) {
    const stat = statSync(file, { throwIfNoEntry: false });
    // A file may vanish between listing and reading its times; then the signature simply lacks it.
    if (stat === undefined) continue;
    hash.update(`${path.relative(root, file)}\0${stat.size}\0${stat.mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/**
 * The missing products of the build, by path relative to the root.
 * @returns {string[]}
 */
export function missingProducts() {
  /** @type {{ path: string }[]} */
  const references = readJson(fromRoot('tsconfig.json'))?.references ?? [];
  const products = references.map((reference) => path.join(reference.path, 'dist', '.tsbuildinfo'));
  products.push(path.join('apps', 'dashboard', 'dist', 'index.html'));
  for (const [folder, names] of Object.entries(programs))
    products.push(...names.map((name) => path.normalize(builtProgram(folder, name))));
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

/** @returns {string[]} the folders of all libraries and apps, absolute, in a fixed order */
function packageFolders() {
  return ['libs', 'apps'].flatMap((kind) =>
    readdirSync(fromRoot(kind))
      .sort()
      .map((name) => fromRoot(kind, name)),
  );
}

/**
 * @param {string} folder a package's, absolute
 * @returns {string[]}
 */
function packageSources(folder) {
  return filesUnder(folder, (entry) => !notSource.has(entry)).filter(
    (file) => !/\.test\.[a-z]+$|\.md$/.test(file),
  );
}

/**
 * Every file under a folder, in a fixed order.
 * @param {string} folder absolute
 * @param {(name: string) => boolean} [keep] which entries of the folder itself to include; default: all
 * @returns {string[]}
 */
function filesUnder(folder, keep = () => true) {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => keep(name));
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const full = path.join(folder, entry.name);
      return entry.isDirectory() ? filesUnder(full) : [full];
    });
}
