// A separate server for a measurement: a real process on a folder that is removed at the end.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../build/main.js', import.meta.url));
const GAUGE = new URL('gauge.mjs', import.meta.url).href;

/** A running server. */
export class BenchServer {
  runsDir = mkdtempSync(join(tmpdir(), 'grokscope-load-'));

  async start() {
    const args = ['--expose-gc', '--import', GAUGE, MAIN, '--runs', this.runsDir, '--port', '0'];
    this.child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    this.url = await new Promise((resolve, reject) => {
      this.child.stdout.setEncoding('utf8').on('data', (text) => {
        const found = /http:\S+/.exec(text);
        if (found) resolve(found[0]);
      });
      this.child.on('exit', (code) => reject(new Error(`the server left with ${code}`)));
    });
    return this;
  }

  get socketUrl() {
    return `${this.url.replace('http', 'ws')}/ws`;
  }

  /** Heap and resident memory in bytes after a collection, and processor time in milliseconds. */
  gauge() {
    return new Promise((resolve) => {
      this.child.once('message', resolve);
      this.child.send('gauge');
    });
  }

  async post(path, body) {
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  }

  async startRun(spec) {
    return (await this.post('/api/runs', spec)).runId;
  }

  async run(runId) {
    return (await fetch(`${this.url}/api/runs/${runId}`)).json();
  }

  stop(runId) {
    return this.post(`/api/runs/${runId}/commands`, { command: 'stop' });
  }

  dispose() {
    this.child.kill('SIGKILL');
    for (const name of readdirSync(this.runsDir, { recursive: true })) {
      if (basename(name) !== 'lock.json') continue;
      try {
        process.kill(JSON.parse(readFileSync(join(this.runsDir, name), 'utf8')).pid, 'SIGKILL');
      } catch {
        // It has exited meanwhile.
      }
    }
    rmSync(this.runsDir, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** Processor time a process has used, in milliseconds; NaN if it is not known (not Linux). */
export function processorMs(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number);
    // Clock ticks are hundredths of a second on every Linux in use.
    return (user + system) * 10;
  } catch {
    return NaN;
  }
}
