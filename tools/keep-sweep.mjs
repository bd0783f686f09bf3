// `node tools/keep-sweep.mjs experiments/NAME.yaml [folder of the sweep]`: keeps a sweep's results in
// docs/validation/NAME/: its table (CSV, JSON), its figure, and a page that says how they were made, how long that took
// and on which machine. Without a folder: the newest finished sweep of that name in $GROKSCOPE_RUNS or ./runs.
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import process from 'node:process';
import { duration, findingTable, leadingComment } from './lib/sweep-page.mjs';
import { root } from './lib/workspace.mjs';

const FILES = ['table.csv', 'table.json', 'finding.svg'];

/**
 * @param {string} message
 * @returns {never}
 */
function refuse(message) {
  process.stderr.write(
    `${message}\nUsage: node tools/keep-sweep.mjs experiments/NAME.yaml [folder of the sweep]\n`,
  );
  process.exit(2);
}

/**
 * The newest sweep of this name that has results.
 * @param {string} name
 */
function newest(name) {
  const sweeps = join(process.env['GROKSCOPE_RUNS'] || 'runs', 'sweeps');
  const ids = existsSync(sweeps) ? readdirSync(sweeps) : [];
  const found = ids
    // An id consists of the name, a date, a time and four letters.
    .filter(
      (id) =>
        id.replace(/-\d{8}-\d{6}-[a-z0-9]{4}$/, '') === name && existsSync(join(sweeps, id, 'table.json')),
    )
    .sort()
    .at(-1);
  return found === undefined
    ? refuse(`There is no finished sweep "${name}" in ${sweeps}.`)
    : join(sweeps, found);
}

const [file, given] = process.argv.slice(2);
if (file === undefined || !existsSync(file)) refuse(`${file ?? 'The sweep file'} does not exist.`);
const name = basename(file).replace(/\.(ya?ml|json)$/, '');
const folder = given ?? newest(name);
if (!FILES.every((one) => existsSync(join(folder, one))))
  refuse(`${folder} lacks one of ${FILES.join(', ')}.`);

/** @type {import('./lib/sweep-page.mjs').SweepResults} */
const results = JSON.parse(readFileSync(join(folder, 'table.json'), 'utf8'));
const target = join(root, 'docs', 'validation', name);
mkdirSync(target, { recursive: true });
for (const one of FILES) copyFileSync(join(folder, one), join(target, one));
const { machine, runs, elapsedMs, workers } = results;
const ran = runs.reduce((sum, run) => sum + run.elapsedMs, 0);
writeFileSync(
  join(target, 'README.md'),
  `# ${results.sweep.name}

${leadingComment(readFileSync(file, 'utf8'))}

![The finding](finding.svg)

${findingTable(results.finding)}
- Made by \`npx grokscope sweep ${relative(root, file).replaceAll('\\', '/')} --workers ${workers}\`
- Time: ${duration(elapsedMs)} in all; the runs add up to ${duration(ran)}
- Machine: ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}
- Every run: [table.csv](table.csv), [table.json](table.json)
`,
);
process.stdout.write(`${relative(process.cwd(), target)}\n`);
