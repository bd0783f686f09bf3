import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Program } from '../testing/server-process.js';
import { ServerProcesses } from '../testing/server-process.js';

// Real servers on real ports: an option takes effect, or the server says why not.

const TOKEN = 'sesame';

let processes: ServerProcesses;
let port: number;
beforeEach(async () => {
  processes = await ServerProcesses.open();
  port = await processes.freePort();
});
afterEach(() => processes.close());

const portOf = (url: string): number => Number(new URL(url).port);
/** The port a server begins with if none is given. */
const near = (): NodeJS.ProcessEnv => ({ PORT: String(port) });
const first = (args: string[] = []): Promise<string> =>
  processes.server(['--port', String(port), ...args]).url();
/** As `npm start` does. */
const start = (args: string[] = [], env = near()): Program =>
  processes.server(['--start-preset', 'quick-grok', ...args], env);

async function refusal(program: Program): Promise<string> {
  expect(await program.exit).toBe(2);
  expect(program.said).toBe('');
  expect(program.complained).not.toContain(TOKEN);
  return program.complained;
}

describe('a second server on the same runs', () => {
  it('that is asked for what the first lacks is refused, and the first is as it was', async () => {
    const url = await first();
    const said = await refusal(processes.serve(['--token', TOKEN], near()));
    expect(said).toContain(`a Grokscope serves these runs at ${url} already, but not with this --token;`);
    const cases: readonly (readonly [Program, string])[] = [
      [processes.server(['--host', '0.0.0.0', '--token', TOKEN], near()), '--host 0.0.0.0, this --token'],
      [processes.server(['--allow-host', 'lab.example'], near()), '--allow-host lab.example'],
      [processes.server(['--port', String(port), '--token', TOKEN]), 'this --token'],
      // Not by `npm start` either, although it accepts any suitable server, nor by the environment.
      [start(['--token', TOKEN]), 'this --token'],
      [start([], { ...near(), GROKSCOPE_TOKEN: TOKEN }), 'this --token'],
      [start([], { ...near(), HOST: '0.0.0.0', GROKSCOPE_TOKEN: TOKEN }), '--host 0.0.0.0, this --token'],
    ];
    for (const [program, named] of cases) expect(await refusal(program)).toContain(`not with ${named};`);
    expect((await fetch(`${url}/api/runs`)).status).toBe(200);
  });

  it('is none where the first keeps all that is asked for', async () => {
    const options = ['--token', TOKEN, '--host', '127.0.0.1', '--allow-host', 'lab.example'];
    const url = await first([...options, '--allow-host', 'other.example']);
    const programs = [
      start(),
      start(options),
      processes.server(options, near()),
      processes.server([], near()),
    ];
    for (const program of programs) {
      expect(await program.exit, program.complained).toBe(0);
      expect(program.said).toContain(`already running at ${url} `);
      expect(program.complained).toBe('');
    }
    expect(await refusal(processes.server(['--token', `${TOKEN}!`], near()))).toContain('this --token');
    // What others may have read, or nobody can, proves nothing.
    const secret = join(processes.runsDir, '.index', 'server-secret');
    await chmod(secret, 0o644);
    if (process.platform !== 'win32') {
      expect(await refusal(processes.server(options, near()))).toContain('this --token');
    }
    await rm(secret);
    expect(await refusal(processes.server(options, near()))).toContain('this --token');
  });

  it('is refused a port that it asks for by number; `npm start` is given the address', async () => {
    const url = await first();
    const asked = ['--port', String(port)];
    const [serve, begun] = [processes.serve(asked), start(asked)];
    expect(await refusal(serve)).toContain(`serves these runs at ${url} already; choose another --port`);
    expect(await begun.exit).toBe(0);
    expect(await begun.url()).toBe(url);
  });

  it('takes the next port where it is told of none and the first serves other runs', async () => {
    await first();
    const other = ['--runs', join(processes.folder, 'other')];
    const asked = processes.server([...other, '--port', String(port)]);
    expect(await refusal(asked)).toContain(`port ${port} is taken by a Grokscope on other runs`);
    expect(portOf(await processes.server(other, near()).url())).toBeGreaterThan(port);
  });
});

describe('a port that another program holds', () => {
  it('is refused where it was asked for, and passed over where it was not', async () => {
    const taken = await processes.stranger();
    const asked = processes.serve(['--port', String(taken)]);
    const passing = processes.server([], { PORT: String(taken) });
    expect(await refusal(asked)).toContain(`port ${taken} is taken by another program`);
    expect(portOf(await passing.url())).toBeGreaterThan(taken);
  });
});
