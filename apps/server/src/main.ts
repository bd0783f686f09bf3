import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { printableLines } from '@grokscope/base';
import * as E from 'fp-ts/lib/Either.js';
import type { EndingReason } from '@grokscope/base';
import { endingOrder } from '@grokscope/base';
import { formatSpecErrors } from '@grokscope/schema';
import { reconcileRuns } from '@grokscope/store';
import { loadParts, offerModules } from 'grokscope';
import { buildApp } from './app.js';
import { isAllowedHost } from './access/access.js';
import { httpError } from './errors.js';
import { announce, buildId, folderSecret } from './identity.js';
import { listen } from './listen.js';
import type { LiveRun } from './registry/live-run.js';
import { readOptions } from './options.js';
import { createRegistry } from './registry/registry.js';
import type { RunRegistry } from './registry/registry.js';
import { presetSpec, showPreset } from './registry/start-preset.js';

// What files of parts import.
offerModules(async () => ({ grokscope: await import('grokscope'), rxjs: await import('rxjs') }));

const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;
const hadParent = process.connected;
/** How long an interrupted run may take to write its checkpoint. */
const INTERRUPTION_MS = 15_000;

// Names of runs, folders and options are untrusted text: they must have no effect on a terminal beyond their letters.
function say(line: string): void {
  process.stdout.write(`${printableLines(line)}\n`);
}

function complain(line: string): void {
  process.stderr.write(`${printableLines(line)}\n`);
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

async function main(): Promise<number | undefined> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (E.isLeft(options)) {
    complain(`error: ${options.left}`);
    return EXIT.usage;
  }
  const {
    runsDir,
    host,
    port,
    token,
    allowHosts,
    use,
    startPreset,
    dataFolder,
    logLevel,
    isPortAsked,
    asked,
  } = options.right;
  const own = await loadParts(use)();
  if (E.isLeft(own)) {
    complain(`error: --use:\n${formatSpecErrors(own.left.errors)}`);
    return EXIT.usage;
  }
  const spec = startPreset === undefined ? undefined : presetSpec(startPreset, own.right);
  if (spec !== undefined && E.isLeft(spec)) {
    complain(`error: ${spec.left}`);
    return EXIT.usage;
  }
  const freed = await reconcileRuns(runsDir)();
  if (E.isRight(freed)) {
    for (const runId of freed.right)
      complain(
        `${runId} was cut off; npx grokscope run --resume ${runId} --runs ${JSON.stringify(runsDir)} goes on`,
      );
  }
  const registry = createRegistry(runsDir, { own: own.right });
  const rules = { allowHosts, token };
  // Apps know each other only by their built files.
  const pageFolder = fileURLToPath(new URL('../../dashboard/dist', import.meta.url));
  const [secret, build] = await Promise.all([folderSecret(runsDir), buildId()]);
  const announcement = secret && announce({ host, token, allowHosts, use, build }, secret);
  const app = await buildApp({
    registry,
    rules,
    version: version(),
    announcement,
    pageFolder,
    dataFolder,
    logLevel,
  });

  // `npm start` shows a run, and any server on the same runs can do that.
  const joins = startPreset !== undefined;
  const place = await listen(app, { host, port, runsDir, isPortAsked, joins, asked, build, secret });
  switch (place.kind) {
    case 'refused':
      complain(`error: ${place.message}`);
      await app.close();
      return EXIT.usage;
    case 'alreadyThere':
      say(`Grokscope is already running at ${place.url} on ${runsDir}`);
      if (!place.isSameBuild) complain('It is of another build than this one; stop it and start again.');
      await app.close();
      return EXIT.done;
    case 'listening':
      // Before anyone can know that there is a server to end.
      endOnSignals(registry, () => app.close());
      say(`Grokscope is running at ${place.url}`);
      if (!isAllowedHost(new URL(place.url).host, rules)) {
        complain(
          `It refuses requests by that name; --allow-host ${new URL(place.url).hostname} admits them.`,
        );
      }
      break;
    default:
      place satisfies never;
  }

  if (spec !== undefined) {
    const shown = await showPreset(registry, spec.right);
    if (E.isLeft(shown)) complain(`error: ${httpError(shown.left).body.error.message}`);
    else {
      const { runId, how } = shown.right;
      const words = {
        started: 'Training',
        running: 'Already training:',
        finished: 'Showing the finished run',
      };
      say(`${words[how]} ${runId}: ${place.url}/?run=${runId}`);
    }
  }
  return undefined;
}

/**
 * The first signal ends the server. A run that the server started on its own is interrupted after a checkpoint, so that
 * nothing is left running unseen; runs that a user started continue without it.
 */
function endOnSignals(registry: RunRegistry, close: () => Promise<void>): void {
  const order = endingOrder();
  const end = async (reason: EndingReason): Promise<void> => {
    const answer = order(reason);
    if (answer === 'leave') process.exit(EXIT.interrupted);
    if (answer === 'wait') return;
    registry.close();
    const interrupted: LiveRun[] = [];
    for (const { run, ofOwnAccord } of registry.live()) {
      if (ofOwnAccord) {
        say(`Interrupting ${run.runId} after a checkpoint`);
        interrupted.push(run);
      } else {
        const pid = run.pid ?? 'unknown';
        say(`${run.runId} goes on without the server (process ${pid}; kill -INT ends it after a checkpoint)`);
      }
    }
    for (const run of interrupted) run.interrupt();
    const patience = new Promise((resolve) => setTimeout(resolve, INTERRUPTION_MS).unref());
    await Promise.race([Promise.all(interrupted.map(({ exited }) => exited)), patience]);
    await close();
    process.exit(EXIT.done);
  };
  // If the command that started this server is gone, for whatever reason, nobody is left to end the server.
  if (hadParent) process.once('disconnect', () => void end('parentGone'));
  if (hadParent && !process.connected) void end('parentGone');
  // Ctrl-C, a kill signal, a closed terminal.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => void end(name));
}

// A closed pipe or terminal must not end the server before its runs are taken care of.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
process.exitCode = await main();
