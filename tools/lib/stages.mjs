import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { nxEnvironment } from '../build.mjs';
import { playwrightCounts, single, vitestCounts } from './counts.mjs';
import { openDisplay } from './display.mjs';
import { runNode } from './process.mjs';
import { commandScript, fromRoot, readJson, root } from './workspace.mjs';

/** @typedef {import('./counts.mjs').Counts} Counts */

/**
 * What the stages receive.
 * @typedef {object} Context
 * @property {string | undefined} chromium the browser's executable; absent if no stage needs one
 * @property {readonly string[]} filters names of test files to keep, for `unit` and `e2e`; all when empty
 * @property {(line: string) => void} say prints a line
 * @property {Tool} tool
 */

/**
 * Runs an installed package's command at the root, shows its output and returns its exit code.
 * @callback Tool
 * @param {string} packageName
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>}
 */

/**
 * @typedef {object} Stage
 * @property {string} title its heading
 * @property {boolean} needsBuild whether it reads what the build makes
 * @property {boolean} [needsBrowser]
 * @property {number} [lane] stages of one lane run one after another, in parallel with other lanes: each occupies one
 * processor
 * @property {(context: Context) => Promise<Counts>} run
 */

/** A deliberate lint error, see the file itself. */
const violation = 'libs/engine/fixtures/deliberate-violation.ts';

/**
 * The stages of `npm test`, in order.
 * @type {Readonly<Record<string, Stage>>}
 */
export const stages = {
  format: {
    title: 'Formatting',
    needsBuild: false,
    lane: 0,
    run: async ({ tool }) =>
      single((await tool('prettier', 'prettier', ['--check', '--log-level=warn', '.'])) === 0),
  },
  lint: {
    title: 'Lint: the boundaries between the rooms, promises that nobody waits for',
    needsBuild: false,
    lane: 1,
    run: async ({ tool }) => {
      await refreshProjectGraph();
      const args = ['.', '--config=eslint.typed.config.mjs', '--max-warnings=0'];
      return single((await tool('eslint', 'eslint', args)) === 0);
    },
  },
  boundaries: {
    title: 'Lint refuses a deliberate violation of the boundaries',
    needsBuild: false,
    lane: 1,
    run: async ({ tool, say }) => {
      await refreshProjectGraph();
      const file = reportFile('boundaries');
      const code = await tool('eslint', 'eslint', [
        '--no-ignore',
        '--format=json',
        `--output-file=${file}`,
        violation,
      ]);
      /** @type {{ ruleId: string, message: string }[]} */
      const messages = readJson(file)?.[0]?.messages ?? [];
      const refusal = messages.find((message) => message.ruleId === '@nx/enforce-module-boundaries');
      say(
        refusal === undefined
          ? `ESLint let ${violation} pass.`
          : `Refused, as it must be: ${refusal.message}`,
      );
      return single(code === 1 && refusal !== undefined);
    },
  },
  unused: {
    title: 'Files, exports and dependencies that nobody uses',
    needsBuild: false,
    lane: 0,
    run: async ({ tool }) =>
      single((await tool('knip', 'knip', ['--no-progress', '--no-config-hints'])) === 0),
  },
  types: {
    title: 'Types: the rooms, their tests, the tools, the page',
    needsBuild: true,
    lane: 0,
    run: async ({ tool }) => {
      const codes = [await tool('typescript', 'tsc', ['-b', 'tsconfig.json'])];
      for (const project of ['tsconfig.tests.json', 'tools/tsconfig.json', 'apps/dashboard/tsconfig.json'])
        codes.push(await tool('typescript', 'tsc', ['-p', project, '--noEmit']));
      return single(codes.every((code) => code === 0));
    },
  },
  unit: {
    title: 'Unit and conformance tests',
    needsBuild: true,
    run: async ({ filters, tool, say }) => {
      const file = reportFile('unit');
      const display = await openDisplay(say);
      try {
        const args = [
          'run',
          '--no-watch',
          '--reporter=default',
          '--reporter=json',
          `--outputFile.json=${file}`,
        ];
        const code = await tool('vitest', 'vitest', [...args, ...filters], display.env);
        return vitestCounts(readJson(file), code);
      } finally {
        display.close();
      }
    },
  },
  e2e: {
    title: 'End-to-end tests in Chromium',
    needsBuild: true,
    needsBrowser: true,
    run: async ({ chromium, filters, tool }) => {
      const file = reportFile('e2e');
      const args = ['test', '--config=e2e/playwright.config.ts', ...filters];
      const env = chromium === undefined ? {} : { GROKSCOPE_CHROMIUM: chromium };
      const code = await tool('@playwright/test', 'playwright', args, env);
      return playwrightCounts(readJson(file), code);
    },
  },
};

/** The boundary rule reads Nx's cached project graph, and reports nothing if there is none. */
async function refreshProjectGraph() {
  await runNode(commandScript('nx', 'nx'), ['show', 'projects'], {
    cwd: root,
    env: nxEnvironment,
    output: 'ignore',
  });
}

/**
 * The path of a stage's report; an old report is removed, so that it cannot be mistaken for the new one.
 * @param {string} stage
 * @returns {string} absolute path
 */
function reportFile(stage) {
  const folder = fromRoot('test-results');
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  const file = fromRoot('test-results', `${stage}.json`);
  rmSync(file, { force: true });
  return file;
}
