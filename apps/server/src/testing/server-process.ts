import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../../build/main.js', import.meta.url));
const RUNNER = fileURLToPath(new URL('../../../runner/build/main.js', import.meta.url));

/** A program that was started, and its output so far. */
export class Program {
  said = '';
  complained = '';
  readonly exit: Promise<number | NodeJS.Signals | null>;

  constructor(readonly child: ChildProcess) {
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.said += text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.complained += text));
    this.exit = new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal)));
  }

  /** The first match in its output; rejects with all its output if it exits without one. */
  async match(pattern: RegExp): Promise<RegExpExecArray> {
    const left = this.exit.then(() => 'left' as const);
    for (;;) {
      const found = pattern.exec(this.said);
      if (found !== null) return found;
      const said = new Promise<'said'>((resolve) => this.child.stdout!.once('data', () => resolve('said')));
      if ((await Promise.race([said, left])) === 'said') continue;
      const last = pattern.exec(this.said);
      if (last !== null) return last;
      throw new Error(`left without ${String(pattern)}: ${this.said}${this.complained}`);
    }
  }

  /** The address it prints. */
  async url(): Promise<string> {
    return (await this.match(/http:\/\/[^\s/]+/))[0];
  }
}

/** Servers as separate processes, each on its own runs folder, all removed by `close`. */
export class ServerProcesses {
  private readonly programs: Program[] = [];
  private readonly strangers: Server[] = [];

  private constructor(readonly folder: string) {}

  static async open(): Promise<ServerProcesses> {
    return new ServerProcesses(await mkdtemp(join(tmpdir(), 'grokscope-processes-')));
  }

  get runsDir(): string {
    return join(this.folder, 'runs');
  }

  /** Starts the built server with these arguments, as `npm start` does. */
  server(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Program {
    return this.start([SERVER, '--runs', this.runsDir, ...args], env);
  }

  /** Starts `grokscope serve`; `detached`: as the leader of a process group of its own. */
  serve(
    args: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
    how: { readonly detached?: boolean } = {},
  ): Program {
    return this.start([RUNNER, 'serve', '--runs', this.runsDir, ...args], env, how);
  }

  /** A port that another program holds. */
  async stranger(): Promise<number> {
    const stranger = createServer((socket) => socket.end('220 mail\r\n'));
    this.strangers.push(stranger);
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    return (stranger.address() as AddressInfo).port;
  }

  /** A port that was free a moment ago. */
  async freePort(): Promise<number> {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }

  async close(): Promise<void> {
    for (const { child } of this.programs) child.kill('SIGKILL');
    for (const stranger of this.strangers) stranger.close();
    await Promise.all(this.programs.map(({ exit }) => exit));
    for (const pid of await this.writers()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has exited meanwhile.
      }
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  /** Processes of runs that outlived their server, as named by their locks. */
  async writers(): Promise<readonly number[]> {
    const names = await readdir(this.folder, { recursive: true });
    const locks = names.filter((name) => basename(name) === 'lock.json');
    const texts = await Promise.all(locks.map((name) => readFile(join(this.folder, name), 'utf8')));
    return texts.map((text) => (JSON.parse(text) as { pid: number }).pid);
  }

  private start(
    args: readonly string[],
    env: NodeJS.ProcessEnv,
    { detached = false }: { readonly detached?: boolean } = {},
  ): Program {
    const clean = { ...process.env };
    for (const name of ['PORT', 'HOST', 'GROKSCOPE_RUNS', 'GROKSCOPE_TOKEN', 'GROKSCOPE_LOG', 'NODE_OPTIONS'])
      delete clean[name];
    const child = spawn(process.execPath, args, {
      cwd: this.folder,
      env: { ...clean, ...env },
      detached,
    });
    const program = new Program(child);
    this.programs.push(program);
    return program;
  }
}
