/*
 * Puts each program that Node starts into one file, or a few: for a process that lives for a second, loading twelve
 * hundred modules is most of its cost. Reads the output of `compile`; the packages stay as they are for their
 * importers.
 */
import path from 'node:path';
import { build } from 'vite';
import { programs } from './lib/programs.mjs';
import { fromRoot } from './lib/workspace.mjs';

/** Packages that are loaded only on demand, and look for files of their own. */
const loadedLate = ['gpu.js', 'gl'];

/**
 * Keeps `import.meta.url` the address of its module, since files are found relative to it.
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
