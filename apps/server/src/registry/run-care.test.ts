import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changeNotes } from '@grokscope/store';
import { ServerBench, smallSpec } from '../testing/server-bench.js';
import { metrics, snapshot } from '../testing/fake-runs.js';

const TOKEN = 'a-token';

let bench: ServerBench;
beforeEach(async () => {
  bench = await ServerBench.open();
});
afterEach(() => bench.close());

describe('what is said of a run', () => {
  const change = (runId: string, body: object | string, headers: Record<string, string> = {}) =>
    bench.patch(`/api/runs/${runId}/notes`, body, headers);

  it('is changed while it is live and after, and shown with it and in the list', async () => {
    const runId = await bench.started();
    expect((await bench.get(`/api/runs/${runId}`)).json()).toMatchObject({ note: '', tags: [] });
    const said = { note: 'the slow one\nlook at step 900', tags: ['kept', 'λ'] };
    const changed = await change(runId, { note: said.note, addTags: ['λ', 'kept', 'wrong'] });
    expect(changed.json()).toMatchObject({ ...said, tags: ['kept', 'wrong', 'λ'] });
    await bench.end(runId, 'completed', 30);
    expect((await change(runId, { removeTags: ['wrong', 'never'] })).json()).toMatchObject(said);
    expect((await change(runId, {})).json()).toMatchObject(said);
    expect((await bench.get(`/api/runs/${runId}/notes`)).json()).toMatchObject(said);
    expect((await bench.get(`/api/runs/${runId}`)).json()).toMatchObject(said);
    expect((await bench.get('/api/runs')).json()).toMatchObject([said]);
  });

  it.each([
    ['a key nobody knows', { tags: ['a'] }, 'invalidNotes', /tags .* unknown key/],
    ['a note that is no text', { note: 3 }, 'invalidNotes', /note = 3/],
    ['a note without an end', { note: 'x'.repeat(10_001) }, 'invalidNotes', /0 to 10000 characters/],
    [
      'tags beyond number',
      { addTags: Array.from({ length: 51 }, (_, i) => `t${i}`) },
      'invalidNotes',
      /at most 50/,
    ],
    ['two words as a tag', { addTags: ['two words'] }, 'badNotes', /"two words" is not a tag/],
    ['no body', 'null', 'invalidNotes', /an object with the keys revision, note, addTags, removeTags/],
  ])('refuses %s and changes nothing', async (_, body, code, message) => {
    const runId = await bench.finished();
    const answer = await change(runId, body);
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({
      error: { code, message: expect.stringMatching(message) as string },
    });
    expect((await bench.get(`/api/runs/${runId}`)).json()).toMatchObject({ note: '', tags: [] });
  });

  it('is not overwritten by who has read an older one', async () => {
    const runId = await bench.finished();
    const revisionOf = async (answer: Promise<{ json: () => unknown }>): Promise<string> =>
      ((await answer).json() as { revision: string }).revision;
    const read = await revisionOf(bench.get(`/api/runs/${runId}`));
    expect(await revisionOf(bench.get(`/api/runs/${runId}/notes`))).toBe(read);
    // Meanwhile on the command line.
    const newer = await changeNotes(bench.runsDir, runId, { note: 'newer' })();
    const refused = await change(runId, { revision: read, note: 'older', addTags: ['lost'] });
    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toMatchObject({
      error: { code: 'conflict', message: expect.stringContaining('have changed') as string },
      notes: { note: 'newer', tags: [] },
    });
    expect(newer).toMatchObject({ right: refused.json<{ notes: object }>().notes });
    const { revision } = refused.json<{ notes: { revision: string } }>().notes;
    const both = await change(runId, { revision, note: 'newer, and older' });
    expect(both.json()).toMatchObject({ note: 'newer, and older', tags: [] });
    expect(both.json<{ revision: string }>().revision).not.toBe(revision);
  });

  it('is written by one of those who have read the same, and by all who add to whatever there is', async () => {
    const runId = await bench.finished();
    const { revision } = (await bench.get(`/api/runs/${runId}/notes`)).json<{ revision: string }>();
    const notes = ['a', 'b', 'c', 'd', 'e'];
    const answers = await Promise.all(notes.map((note) => change(runId, { revision, note })));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409, 409, 409, 409]);
    await Promise.all(notes.map((tag) => change(runId, { addTags: [tag] })));
    expect((await bench.get(`/api/runs/${runId}/notes`)).json()).toMatchObject({ tags: notes });
  });

  it('is of runs that are there, and no way out of the folder', async () => {
    for (const id of ['nobody', '%2e%2e', '..%2f..%2fetc']) {
      expect((await change(id, { note: 'x' })).statusCode, id).toBe(404);
    }
    expect(await readdir(bench.runsDir)).not.toContain('nobody');
  });

  it('is changed by nobody without the token, and by no other page', async () => {
    const runId = await bench.finished();
    const foreign = await change(runId, { note: 'x' }, { origin: 'http://evil.example' });
    expect(foreign.json()).toMatchObject({ error: { code: 'originRefused' } });
    const form = await change(runId, '{"note":"x"}', { 'content-type': 'text/plain' });
    expect(form.statusCode).toBe(415);
    const guarded = await ServerBench.open({ runsDir: bench.runsDir, token: TOKEN });
    const at = `/api/runs/${runId}`;
    expect((await guarded.patch(`${at}/notes`, { note: 'x' })).statusCode).toBe(401);
    expect((await guarded.post(`${at}/prune`, { keepLast: 1 })).statusCode).toBe(401);
    expect((await guarded.get(`/api/compare?runs=${runId},${runId}`)).statusCode).toBe(401);
    const known = { authorization: `Bearer ${TOKEN}` };
    expect((await guarded.patch(`${at}/notes`, { note: 'x' }, known)).statusCode).toBe(200);
    await guarded.app.close();
  });
});

describe('pruning', () => {
  const prune = (runId: string, body: object) => bench.post(`/api/runs/${runId}/prune`, body);
  const steps = async (runId: string): Promise<number[]> =>
    (await bench.get(`/api/runs/${runId}/checkpoints`)).json<{ step: number }[]>().map(({ step }) => step);

  it('deletes what the policy does not keep, or only says so; not while the run is live', async () => {
    const runId = await bench.started();
    bench.runs.next(runId, ...[10, 20, 25].map((step) => snapshot(step, 'checkpoint')), metrics(25));
    await expect.poll(() => steps(runId)).toEqual([10, 20, 25]);
    const live = await prune(runId, { keepLast: 1 });
    expect([live.statusCode, live.json()]).toMatchObject([409, { error: { code: 'runHeld' } }]);
    await bench.end(runId, 'completed', 30);
    const planned = await prune(runId, { keepLast: 1, keepEvery: 20, dryRun: true });
    expect(planned.json()).toMatchObject({ runId, kept: [20, 30], removed: [10, 25] });
    expect(planned.json<{ freedBytes: number }>().freedBytes).toBeGreaterThan(0);
    expect(await steps(runId)).toEqual([10, 20, 25, 30]);
    expect((await prune(runId, { keepLast: 1, keepEvery: 20 })).json()).toEqual(planned.json());
    expect(await steps(runId)).toEqual([20, 30]);
  });

  it.each([
    [{}, ['keepLast']],
    [{ keepLast: 0 }, ['keepLast']],
    [{ keepLast: 1, keepEvery: 0.5, dryRun: 'no', all: true }, ['keepEvery', 'dryRun', 'all']],
  ])('by the policy %j is refused', async (body, paths) => {
    const runId = await bench.finished();
    const answer = await prune(runId, body);
    expect(answer.statusCode).toBe(422);
    const { errors } = answer.json<{ error: { errors: { path: string }[] } }>().error;
    expect(errors.map(({ path }) => path)).toEqual(paths);
    expect(await readdir(join(bench.runsDir, runId, 'checkpoints'))).not.toEqual([]);
    expect((await prune('nobody', { keepLast: 1 })).statusCode).toBe(404);
  });
});

describe('comparing', () => {
  it('tells in which settings runs differ, and what came of each', async () => {
    const first = await bench.finished();
    const second = await bench.started({
      ...smallSpec,
      optimizer: { lr: 0.5 },
      training: { steps: 30, batchSize: 8 },
    });
    const answer = await bench.get(`/api/compare?runs=${first},${second}`);
    expect(answer.json()).toMatchObject({
      runs: [
        { runId: first, state: 'completed', step: 30, testLoss: 2 },
        { runId: second, state: 'running', testLoss: null },
      ],
      differences: [
        { path: 'optimizer.lr', values: [0.001, 0.5] },
        { path: 'training.batchSize', values: ['full', 8] },
      ],
    });
  });

  it('takes two runs or more that are there', async () => {
    const runId = await bench.finished();
    const many = Array.from({ length: 17 }, (_, i) => `r-${i}`).join(',');
    for (const query of [
      '',
      `?runs=${runId}`,
      `?runs=${runId},${runId}`,
      `?runs=${many}`,
      '?runs=a&runs=b',
    ]) {
      expect((await bench.get(`/api/compare${query}`)).statusCode, query).toBe(422);
    }
    expect((await bench.get(`/api/compare?runs=${runId},nobody`)).statusCode).toBe(404);
    expect((await bench.get(`/api/compare?runs=${runId},..%2fx`)).statusCode).toBe(404);
  });
});
