/**
 * The programs of each package that Node starts as processes or threads, by the file in `dist` with which each begins;
 * `tools/bundle.mjs` puts each into `build`, under the last part of that name.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const programs = {
  'apps/runner': ['main'],
  'apps/server': ['main', 'work/analysis-worker', 'work/engine-process', 'work/export-worker'],
  'libs/grokscope': ['run/run-process', 'train/run-worker'],
};

/**
 * The path of a built program.
 * @param {string} folder the package's, from the root
 * @param {string} name as listed
 * @returns {string} relative to the root, with slashes
 */
export const builtProgram = (folder, name) => `${folder}/build/${name.split('/').at(-1)}.js`;
