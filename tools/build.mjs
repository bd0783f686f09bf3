import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { withLock } from './lib/lock.mjs';
import { runNode } from './lib/process.mjs';
import { missingProducts, sourcesSignature } from './lib/sources.mjs';
import { cacheFolder, commandScript, root } from './lib/workspace.mjs';

const stampFile = path.join(cacheFolder, 'built');

/** What Nx must not do here: keep a daemon, draw over the terminal, contact its cloud. */
export const nxEnvironment = { NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true' };

/**
 * Whether every product exists and is built from the current sources. Takes some ten milliseconds.
 * @returns {boolean}
 */
export function isBuilt() {
  return readStamp() === sourcesSignature() && missingProducts().length === 0;
}

/**
 * Builds what is missing or stale: the WebAssembly kernels, every room's JavaScript, the dashboard's page.
 *
 * Nx decides what that is and takes unchanged parts from its cache. Progress goes to standard error, nothing to
 * standard output. One build at a time: a second caller waits, then usually finds nothing left to do.
 * @returns {Promise<boolean>} whether there was anything to build
 * @throws Error when a part does not build (the compiler's messages are on standard error)
 */
export async function buildAll() {
  if (isBuilt()) return false;
  const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);
  return withLock(
    path.join(cacheFolder, 'build.lock'),
    () => say('Another process is building; waiting for it …'),
    async () => {
      if (isBuilt()) return false;
      say('Building what is missing or out of date (the first time takes about half a minute) …');
      const startedAt = performance.now();
      // Taken before the build: an edit made meanwhile must count as not yet built.
      const signature = sourcesSignature();
      // The tools' own output is shown only if something is wrong.
      const { code, text } = await runNode(
        commandScript('nx', 'nx'),
        ['run-many', '--targets=asc,compile,bundle,build', '--parallel=2', '--outputStyle=static'],
        { cwd: root, env: nxEnvironment, output: 'capture' },
      );
      if (code !== 0) {
        say(text);
        throw new Error('the build failed; its messages are above');
      }
      const missing = missingProducts();
      if (missing.length > 0) throw new Error(`the build ended well but made no ${missing.join(', ')}`);
      mkdirSync(cacheFolder, { recursive: true });
      writeFileSync(stampFile, signature);
      say(`Built in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
      return true;
    },
  );
}

function readStamp() {
  try {
    return readFileSync(stampFile, 'utf8');
  } catch {
    return undefined;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  buildAll().then(
    (built) => {
      if (!built) process.stderr.write('Everything is up to date.\n');
    },
    (error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    },
  );
}
