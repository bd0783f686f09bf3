// `npm test`: installs and builds what is missing, then runs every check: those that occupy one processor side by side,
// the others in order. Continues after a failure. `npm test -- --only=unit,types` runs some stages; further words pick
// test files by name.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { buildAll } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { findOrInstallChromium } from './lib/chromium.mjs';
import { single, verdict } from './lib/counts.mjs';
import { runNode } from './lib/process.mjs';
import { stages } from './lib/stages.mjs';
import { commandScript, root } from './lib/workspace.mjs';

/** @param {string} line */
const say = (line) => void process.stdout.write(`${line}\n`);

/**
 * Ends with a message, without having tested anything.
 * @param {string} message
 * @returns {never}
 */
function refuse(message) {
  process.stderr.write(`${message}\n`);
  say(verdict([single(false)]).line);
  process.exit(2);
}

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/** @returns {{ names: string[], filters: string[] }} */
function readArguments() {
  const all = Object.keys(stages);
  try {
    const { values, positionals } = parseArgs({
      options: { only: { type: 'string' } },
      allowPositionals: true,
    });
    const names =
      values.only === undefined ? all : all.filter((name) => values.only?.split(',').includes(name));
    const unknown = values.only?.split(',').filter((name) => !all.includes(name)) ?? [];
    if (unknown.length > 0)
      refuse(`--only=${values.only}: no stage "${unknown[0]}"; there are ${all.join(', ')}.`);
    return { names, filters: positionals };
  } catch (error) {
    return refuse(
      `${messageOf(error)}\nUsage: npm test [-- --only=${all.join(',')}] [name of a test file …]`,
    );
  }
}

const startedAt = performance.now();
const { names, filters } = readArguments();
const chosen = names.map((name) => ({ name, ...stages[name] }));

/** @type {string | undefined} */
let chromium;
try {
  await ensureInstalled();
  if (chosen.some((stage) => stage.needsBrowser)) {
    chromium = await findOrInstallChromium(say);
    say(`Browser: ${chromium}`);
  }
} catch (error) {
  refuse(messageOf(error));
}

/** @type {{ name: string, counts: import('./lib/counts.mjs').Counts, seconds: number }[]} */
const results = [];

/**
 * @param {string} name
 * @param {string} title
 * @param {(tell: (text: string) => void) => Promise<import('./lib/counts.mjs').Counts>} task
 * @param {boolean} [beside] whether others run in parallel: then all its output is printed together at its end
 */
async function stage(name, title, task, beside = false) {
  /** @type {string[]} */
  const said = [];
  const tell = beside ? (/** @type {string} */ text) => void said.push(text) : say;
  tell(`\n── ${title} ${'─'.repeat(Math.max(0, 100 - title.length))}`);
  const from = performance.now();
  const counts = await task(tell).catch((error) => {
    tell(messageOf(error));
    return single(false);
  });
  results.push({ name, counts, seconds: (performance.now() - from) / 1000 });
  tell(counts.failed === 0 ? `${name}: ok` : `${name}: FAILED`);
  if (beside) say(said.join('\n'));
  return counts.failed === 0;
}

let isBuilt = true;
if (chosen.some((one) => one.needsBuild)) {
  isBuilt = await stage('build', 'Build', async () => {
    if (!(await buildAll())) say('Everything is up to date.');
    return single(true);
  });
}

/**
 * @param {typeof chosen[number]} one
 * @param {boolean} beside
 */
const runStage = ({ name, title, needsBrowser, run }, beside) =>
  stage(
    name,
    title,
    async (tell) => {
      // The other stages read the sources and may still report faults; the page would be an old one.
      if (needsBrowser && !isBuilt) throw new Error('Not run: the build failed.');
      /** @type {import('./lib/stages.mjs').Tool} */
      const tool = async (packageName, command, args, env) => {
        const output = beside ? 'capture' : 'inherit';
        const { code, text } = await runNode(commandScript(packageName, command), args, {
          cwd: root,
          env,
          output,
        });
        if (text !== '') tell(text.trimEnd());
        return code;
      };
      return run({ chromium, filters, say: tell, tool });
    },
    beside,
  );

/** @type {Map<number | string, typeof chosen>} */
const lanes = new Map();
for (const one of chosen.filter(({ lane }) => lane !== undefined))
  lanes.set(one.lane ?? one.name, [...(lanes.get(one.lane ?? one.name) ?? []), one]);
await Promise.all(
  [...lanes.values()].map(async (lane) => {
    for (const one of lane) await runStage(one, lanes.size > 1);
  }),
);
for (const one of chosen.filter(({ lane }) => lane === undefined)) await runStage(one, false);

say('\n── Summary ' + '─'.repeat(93));
for (const { name, counts, seconds } of results) {
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  const numbers = `${counts.passed} passed, ${counts.failed} failed${skipped}`;
  say(
    `  ${counts.failed === 0 ? 'ok    ' : 'FAILED'}  ${name.padEnd(11)} ${seconds.toFixed(1).padStart(6)} s   ${numbers}`,
  );
}
for (const { name, counts } of results) {
  for (const failure of counts.failures ?? []) say(`  failed  ${name.padEnd(11)} ${failure}`);
}
say(`  in ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`);
const { line, ok } = verdict(results.map((result) => result.counts));
say(line);
process.exitCode = ok ? 0 : 1;
