import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const built = (...parts: string[]): string =>
  fileURLToPath(new URL(`../apps/${parts.join('/')}`, import.meta.url));
const RUNNER = built('runner', 'build', 'main.js');
const SERVER = built('server', 'build', 'main.js');

/** A spec that learns addition mod 31 in seconds: memorises near step 100, generalises near step 350. */
export const quickSpec = {
  name: 'small',
  task: { kind: 'modularAddition', p: 31 },
  data: { trainFraction: 0.6 },
  model: { dModel: 64, nHeads: 2, dHead: 32, dMlp: 128 },
  optimizer: { lr: 0.005, weightDecay: 2 },
  training: { steps: 1500 },
  observe: { metricsEvery: 10, progressEvery: 25, checkpointEvery: 100 },
} as const;

/** A spec that takes almost no time. */
export const tinySpec = {
  name: 'tiny',
  task: { kind: 'modularAddition', p: 23 },
  model: { dModel: 32, nHeads: 2, dHead: 16, dMlp: 64 },
  training: { steps: 40 },
  observe: { metricsEvery: 10, progressEvery: 20, checkpointEvery: 20 },
} as const;

/** Folders and processes of one test, all removed by `dispose`. */
export class Workbench {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'grokscope-e2e-'));
  private readonly children: ChildProcess[] = [];

  /** A path in this bench's own folder. */
  at(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  /** Starts the command line with this folder as its working directory. */
  grokscope(...args: string[]): Running {
    return this.start(RUNNER, args, {});
  }

  /** Starts a server on `runs/` of this folder and waits for its address. */
  async server(args: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<{ url: string; process: Running }> {
    const process = this.start(SERVER, ['--runs', this.at('runs'), ...args], {
      PORT: String(await freePort()),
      ...env,
    });
    const line = await process.line(/http:\S+/);
    return { url: /http:\S+/.exec(line)![0], process };
  }

  dispose(): void {
    for (const child of this.children) child.kill('SIGKILL');
    for (const pid of this.writers()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has exited meanwhile.
      }
    }
    // Windows releases a folder only some time after its last process has ended.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  /** Processes of runs that outlive their server, as named by their locks. */
  private writers(): number[] {
    const locks = readdirSync(this.folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) => path.basename(name) === 'lock.json',
    );
    return locks.map((name) => (JSON.parse(readFileSync(this.at(name), 'utf8')) as { pid: number }).pid);
  }

  private start(file: string, args: string[], env: NodeJS.ProcessEnv): Running {
    const clean = { ...process.env };
    for (const name of ['PORT', 'HOST', 'GROKSCOPE_RUNS', 'GROKSCOPE_TOKEN']) delete clean[name];
    const child = spawn(process.execPath, [file, ...args], { cwd: this.folder, env: { ...clean, ...env } });
    this.children.push(child);
    return new Running(child);
  }
}

/** A process that was started, and its output so far. */
export class Running {
  stdout = '';
  stderr = '';
  /** Exit code, once it has exited. */
  readonly exit: Promise<number | null>;
  private readonly listeners = new Set<() => void>();

  constructor(readonly child: ChildProcess) {
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      for (const listener of this.listeners) listener();
    });
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.exit = new Promise((resolve) => child.on('close', resolve));
    void this.exit.then(() => this.listeners.forEach((listener) => listener()));
  }

  /** The first line of standard output that matches; fails with all its output if it exits without one. */
  line(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.stdout.split('\n').find((line) => pattern.test(line));
        if (found !== undefined) resolve(found);
        else if (this.child.exitCode !== null)
          reject(new Error(`left with ${this.child.exitCode}: ${this.stderr}`));
        else return;
        this.listeners.delete(look);
      };
      this.listeners.add(look);
      look();
    });
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Starts a run on a server; returns its id. */
export async function startRun(url: string, spec: object): Promise<string> {
  const response = await fetch(`${url}/api/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(spec),
  });
  if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
  return ((await response.json()) as { runId: string }).runId;
}

/** A server's summary of a run. */
export async function runOf(url: string, runId: string): Promise<Record<string, unknown>> {
  return (await (await fetch(`${url}/api/runs/${runId}`)).json()) as Record<string, unknown>;
}
