import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { runOf, startRun, type Workbench } from './support.js';

/** Trains to the end; returns the run's id. */
export async function trainedRun(url: string, spec: object): Promise<string> {
  const runId = await startRun(url, spec);
  await expect.poll(async () => (await runOf(url, runId))['state'], { timeout: 90_000 }).toBe('completed');
  return runId;
}

/** Copies a stored run under other names, each a second older, to stand for as many runs. */
export function storeCopies(bench: Workbench, runId: string, count: number): void {
  const read = (name: string): string => readFileSync(bench.at('runs', runId, name), 'utf8');
  const [record, events] = [JSON.parse(read('run.json')) as { createdAt: string }, read('events.ndjson')];
  for (let i = 1; i <= count; i += 1) {
    const copyId = `${runId.slice(0, -4)}${String(i).padStart(4, '0')}`;
    const createdAt = new Date(Date.parse(record.createdAt) - 1000 * i).toISOString();
    mkdirSync(bench.at('runs', copyId));
    writeFileSync(
      bench.at('runs', copyId, 'run.json'),
      JSON.stringify({ ...record, runId: copyId, name: `copy ${i}`, createdAt }),
    );
    writeFileSync(bench.at('runs', copyId, 'events.ndjson'), events.replaceAll(runId, copyId));
  }
}
