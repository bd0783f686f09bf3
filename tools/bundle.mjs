/*
 * Puts each program that Node starts into one file, or a few: loading twelve hundred modules is most of what a process
 * costs that lives for a second. Reads what `compile` makes; the packages stay as they are for those who import them.
 */
import path from 'node:path';
import { build } from 'vite';
import { programs } from './lib/programs.mjs';
import { fromRoot } from './lib/workspace.mjs';

/** Packages that are loaded only where they are asked for, and search for files of their own. */
const loadedLate = ['gpu.js', 'gl'];

/**
 * `import.meta.url` stays the address of the module that says it, for files are found from there.
 * @param {string} outDir absolute
 * @returns {import('vite').Plugin}
 */
const ownAddress = (outDir) => ({
  name: 'own-address',
  transform(code, id) {
    if (!code.includes('import.meta.url')) return null;
    const place = path.relative(outDir, id).replaceAll(path.sep, '/');
    return code.replaceAll('import.meta.url', `new URL(${JSON.stringify(place)}, import.meta.url).href`);
  },
});

for (const [folder, names] of Object.entries(programs)) {
  const outDir = fromRoot(folder, 'build');
  await build({
    configFile: false,
    root: fromRoot(folder),
    logLevel: 'warn',
    plugins: [ownAddress(outDir)],
    ssr: { noExternal: true, external: loadedLate },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      target: 'esnext',
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(
          names.map((name) => [path.posix.basename(name), fromRoot(folder, 'dist', `${name}.js`)]),
        ),
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
}
