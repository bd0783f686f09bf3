// Bootstrap: runs before any package is installed, so it imports nothing but Node's own modules.
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { run, runNode } from './lib/process.mjs';
import { fromRoot, readJson, root } from './lib/workspace.mjs';

/** The oldest Node the workspace runs on: [major, minor]. */
const oldestNode = [20, 19];

/**
 * Describes what is wrong with a Node version; `undefined` if it is suitable.
 * @param {string} version e.g. `20.19.4`
 * @returns {string | undefined}
 */
export function nodeVersionProblem(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantMajor = 0, wantMinor = 0] = oldestNode;
  if (major > wantMajor || (major === wantMajor && minor >= wantMinor)) return undefined;
  return `Grokscope needs Node ${oldestNode.join('.')} or newer; this is ${version}. Install a newer one from https://nodejs.org and run the command again.`;
}

/**
 * The difference between the packages required and those installed; `undefined` if there is none.
 *
 * Compares npm's own record of `node_modules` with the lock file by content, because file times say little after a
 * clone or a copy. Optional packages may be absent: another platform's binaries always are.
 * @param {any} wanted `package-lock.json`
 * @param {any} installed `node_modules/.package-lock.json`
 * @returns {string | undefined}
 */
export function installationProblem(wanted, installed) {
  if (installed?.packages === undefined) return 'nothing is installed';
  for (const [place, want] of Object.entries(wanted?.packages ?? {})) {
    if (place === '') continue;
    const got = installed.packages[place];
    if (got === undefined) {
      if (want.optional || want.devOptional || want.peer) continue;
      return `${place} is missing`;
    }
    if (want.version !== got.version) return `${place} is ${got.version}, not ${want.version}`;
  }
  return undefined;
}

/**
 * Makes `node_modules` match `package-lock.json`; does nothing if it already does.
 *
 * Progress goes to standard error.
 * @returns {Promise<boolean>} whether anything was installed
 * @throws Error when Node is too old or npm fails
 */
export async function ensureInstalled() {
  const tooOld = nodeVersionProblem(process.versions.node);
  if (tooOld !== undefined) throw new Error(tooOld);
  const problem = installationProblem(
    readJson(fromRoot('package-lock.json')),
    readJson(fromRoot('node_modules', '.package-lock.json')),
  );
  if (problem === undefined) return false;
  process.stderr.write(`Installing packages (${problem}) …\n`);
  // `--include` keeps NODE_ENV=production from leaving out the tools; the log level hides other people's
  // deprecation notices, errors still show.
  const code = await npm([
    'ci',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  if (code !== 0) throw new Error(`"npm ci" failed with exit code ${code}; its messages are above`);
  return true;
}

/**
 * Runs npm: the one that started this process, otherwise the one beside this Node, otherwise the one on the PATH.
 * @param {readonly string[]} args
 * @returns {Promise<number>} exit code
 */
async function npm(args) {
  const nodeFolder = path.dirname(process.execPath);
  const scripts = [
    process.env['npm_execpath'],
    path.join(nodeFolder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(nodeFolder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const script = scripts.find(
    (file) => file !== undefined && /npm-cli\.c?js$/.test(file) && existsSync(file),
  );
  if (script !== undefined) return (await runNode(script, args, { cwd: root, output: 'stderr' })).code;
  // On Windows `npm` is a batch file, which only its command interpreter can start.
  if (process.platform === 'win32') {
    const shell = process.env['ComSpec'] ?? 'cmd.exe';
    return (await run(shell, ['/d', '/s', '/c', 'npm', ...args], { cwd: root, output: 'stderr' })).code;
  }
  return (await run('npm', args, { cwd: root, output: 'stderr' })).code;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  ensureInstalled().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
