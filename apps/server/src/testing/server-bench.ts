import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { buildApp } from '../app.js';
import type { OwnParts } from 'grokscope';
import { createRegistry } from '../registry/registry.js';
import type { RunRegistry } from '../registry/registry.js';
import { Client } from './client.js';
import { FakeRuns, metrics, snapshot } from './fake-runs.js';

/** A spec that no engine computes. */
export const smallSpec = { task: { kind: 'modularAddition', p: 7 }, name: 'small', training: { steps: 30 } };

/** A server on its own folder, whose runs do what the test says. */
export class ServerBench {
  private readonly clients: Client[] = [];

  private constructor(
    readonly runsDir: string,
    readonly runs: FakeRuns,
    readonly registry: RunRegistry,
    readonly app: FastifyInstance,
  ) {}

  static async open(
    options: {
      token?: string;
      runsDir?: string;
      runs?: FakeRuns;
      log?: Writable;
      maxLiveRuns?: number;
      own?: OwnParts;
      pageFolder?: string;
    } = {},
  ): Promise<ServerBench> {
    const { token, runs = new FakeRuns() } = options;
    const runsDir = options.runsDir ?? (await mkdtemp(join(tmpdir(), 'grokscope-server-')));
    const registry = createRegistry(runsDir, {
      startProcess: runs.start,
      ...(options.maxLiveRuns === undefined ? {} : { maxLiveRuns: options.maxLiveRuns }),
      ...(options.own === undefined ? {} : { own: options.own }),
    });
    const app = await buildApp({
      registry,
      rules: { allowHosts: [], token },
      version: '1.2.3',
      pageFolder: options.pageFolder ?? join(runsDir, 'no-page'),
      logLevel: options.log === undefined ? 'silent' : 'trace',
      ...(options.log === undefined ? {} : { log: options.log }),
    });
    return new ServerBench(runsDir, runs, registry, app);
  }

  get(url: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    return this.app.inject({ method: 'GET', url, headers: { host: 'localhost', ...headers } });
  }

  post(
    url: string,
    payload: object | string,
    headers: Record<string, string> = {},
    method: 'POST' | 'PATCH' = 'POST',
  ): Promise<LightMyRequestResponse> {
    const all = { host: 'localhost', 'content-type': 'application/json', ...headers };
    return this.app.inject({ method, url, payload, headers: all });
  }

  patch(
    url: string,
    payload: object | string,
    headers: Record<string, string> = {},
  ): Promise<LightMyRequestResponse> {
    return this.post(url, payload, headers, 'PATCH');
  }

  delete(url: string): Promise<LightMyRequestResponse> {
    return this.app.inject({ method: 'DELETE', url, headers: { host: 'localhost' } });
  }

  /** Starts a run and returns its id. */
  async started(spec: object = smallSpec): Promise<string> {
    const response = await this.post('/api/runs', spec);
    if (response.statusCode !== 201) throw new Error(response.body);
    return response.json<{ runId: string }>().runId;
  }

  /** Ends a run and waits until its process is gone. */
  async end(runId: string, reason: 'completed' | 'stopped' | 'interrupted', step: number): Promise<void> {
    const own = this.registry.own(runId);
    this.runs.end(runId, reason, step);
    await own?.run.exited;
    // The registry drops it after its process has reported.
    await new Promise(setImmediate);
  }

  /** A run with events 0 … 5 and checkpoints at 10 and 30. */
  async finished(): Promise<string> {
    const runId = await this.started();
    this.runs.next(runId, metrics(0), snapshot(10, 'checkpoint'), metrics(10));
    await this.end(runId, 'completed', 30);
    return runId;
  }

  /** Listens, if it does not yet, and returns the address. */
  async listening(): Promise<AddressInfo> {
    if (!this.app.server.listening) await this.app.listen({ host: '127.0.0.1', port: 0 });
    return this.app.server.address() as AddressInfo;
  }

  async connect(headers: Record<string, string> = {}): Promise<Client> {
    const { port } = await this.listening();
    const client = await Client.open(`ws://127.0.0.1:${port}/ws`, headers);
    this.clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.close();
    for (const { run } of this.registry.live()) await this.end(run.runId, 'stopped', 99);
    await this.app.close();
    await rm(this.runsDir, { recursive: true, force: true });
  }
}
