import { afterEach, beforeEach, expect, it } from 'vitest';
import { ServerProcesses } from '../testing/server-process.js';

// Escape sequences move the cursor and forge lines, whatever the source of the text that the server prints on its
// terminal.

let processes: ServerProcesses;
beforeEach(async () => void (processes = await ServerProcesses.open()));
afterEach(() => processes.close());

const HARMFUL = '\u001b]0;forged\u0007\u009b31m\u202e';
// Line ends are the server's own.
const CONTROL = /[^\P{Cc}\n]|\p{Bidi_Control}/u;

it.each([
  ['an argument', ['--port', HARMFUL]],
  ['the name of a preset', ['--port', '0', '--start-preset', `quick${HARMFUL}`]],
  ['the name of a host', ['--port', '0', '--host', HARMFUL, '--token', 't']],
])('%s reaches the terminal without its escape sequences', async (_, args) => {
  const server = processes.server(args);
  expect(await server.exit).toBe(2);
  expect(server.complained).toMatch(/^error: .*forged/);
  expect(server.complained + server.said).not.toMatch(CONTROL);
});

it('the name of the runs folder reaches the terminal without its escape sequences', async () => {
  const args = ['--runs', `${processes.runsDir}${HARMFUL}`];
  const first = processes.server([...args, '--port', '0']);
  const port = new URL(await first.url()).port;
  const second = processes.server([...args, '--start-preset', 'quick-grok'], { PORT: port });
  expect(await second.exit).toBe(0);
  expect(second.said).toMatch(/already running at .*forged/);
  expect(second.complained + second.said).not.toMatch(CONTROL);
});
