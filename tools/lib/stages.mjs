import { existsSync, mkdirSync, rmSync } from 'node:fs';
import process from 'node:process';
import { nxEnvironment } from '../build.mjs';
import { playwrightCounts, single, vitestCounts } from './counts.mjs';
import { openDisplay } from './display.mjs';
import { runNode } from './process.mjs';
import { commandScript, fromRoot, readJson, root } from './workspace.mjs';

/** @typedef {import('./counts.mjs').Counts} Counts */

/**
 * What the stages are given.
 * @typedef {object} Context
 * @property {string | undefined} chromium the browser's executable; absent when no stage asked for one
 * @property {readonly string[]} filters names of test files to keep, for `unit` and `e2e`; all when empty
 */

/**
 * @typedef {object} Stage
 * @property {string} title its heading
 * @property {boolean} needsBuild whether it reads what the build makes
 * @property {boolean} [needsBrowser]
 * @property {(context: Context) => Promise<Counts>} run
 */

/** A lint error on purpose, see the file itself. */
const violation = 'libs/engine/fixtures/deliberate-violation.ts';

/**
 * The stages of `npm test`, in order.
 * @type {Readonly<Record<string, Stage>>}
 */
export const stages = {
  format: {
    title: 'Formatting',
    needsBuild: false,
    run: async () => single((await tool('prettier', 'prettier', ['--check', '--log-level=warn', '.'])) === 0),
  },
  lint: {
    title: 'Lint, with the boundaries between the rooms',
    needsBuild: false,
    run: async () => {
      await refreshProjectGraph();
      return single((await tool('eslint', 'eslint', ['.', '--max-warnings=0'])) === 0);
    },
  },
  boundaries: {
    title: 'Lint refuses a deliberate violation of the boundaries',
    needsBuild: false,
    run: async () => {
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
    run: async () => single((await tool('knip', 'knip', ['--no-progress', '--no-config-hints'])) === 0),
  },
  types: {
    title: 'Types: the rooms, their tests, the tools, the page; promises that nobody waits for',
    needsBuild: true,
    run: async () => {
      const rooms = await tool('typescript', 'tsc', ['-b', 'tsconfig.json']);
      const others = async () => {
        const codes = [];
        for (const project of ['tsconfig.tests.json', 'tools/tsconfig.json', 'apps/dashboard/tsconfig.json'])
          codes.push(await tool('typescript', 'tsc', ['-p', project, '--noEmit']));
        return codes;
      };
      // Side by side: each fills one processor.
      const codes = await Promise.all([
        others(),
        tool('eslint', 'eslint', ['.', '--config=eslint.typed.config.mjs', '--max-warnings=0']),
      ]);
      return single([rooms, ...codes.flat()].every((code) => code === 0));
    },
  },
  unit: {
    title: 'Unit and conformance tests',
    needsBuild: true,
    run: async ({ filters }) => {
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
    run: async ({ chromium, filters }) => {
      const file = reportFile('e2e');
      const args = ['test', '--config=e2e/playwright.config.ts', ...filters];
      const env = chromium === undefined ? {} : { GROKSCOPE_CHROMIUM: chromium };
      const code = await tool('@playwright/test', 'playwright', args, env);
      return playwrightCounts(readJson(file), code);
    },
  },
};

/**
 * Runs an installed package's command at the root, its output as ours.
 * @param {string} packageName
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} exit code
 */
async function tool(packageName, command, args, env) {
  return (await runNode(commandScript(packageName, command), args, { cwd: root, env })).code;
}

/** The boundary rule reads Nx's cached project graph, and says nothing at all when there is none. */
async function refreshProjectGraph() {
  await runNode(commandScript('nx', 'nx'), ['show', 'projects'], {
    cwd: root,
    env: nxEnvironment,
    output: 'ignore',
  });
}

/**
 * Where a stage's report goes; an old one is removed, so that it cannot be taken for the new.
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

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}
