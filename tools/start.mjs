// `npm start`: installs and builds what is missing, then becomes the server.
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { buildAll } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { fromRoot } from './lib/workspace.mjs';

try {
  await ensureInstalled();
  await buildAll();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

// In this process rather than in a child: signals, exit code, PORT and HOST are the server's own.
const entry = fromRoot('apps', 'server', 'build', 'main.js');
process.argv = [process.execPath, entry, '--start-preset', 'quick-grok', ...process.argv.slice(2)];
await import(pathToFileURL(entry).href);
