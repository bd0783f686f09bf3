import { rename, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metrics } from '../testing/fake-runs.js';
import { ServerBench, smallSpec } from '../testing/server-bench.js';

let bench: ServerBench;
const ids: Record<'heavy' | 'light' | 'other', string> = { heavy: '', light: '', other: '' };
beforeAll(async () => {
  bench = await ServerBench.open();
  const startedWith = (changes: object): Promise<string> => bench.started({ ...smallSpec, ...changes });
  ids.heavy = await startedWith({ name: 'heavy', optimizer: { weightDecay: 3 } });
  ids.light = await startedWith({ name: 'light', optimizer: { weightDecay: 0 } });
  ids.other = await startedWith({ name: 'other', task: { kind: 'rot13' } });
  for (const id of [ids.heavy, ids.other]) await bench.end(id, 'completed', 30);
  bench.runs.next(ids.light, metrics(0));
  await bench.post(`/api/runs/${ids.heavy}/notes`, { addTags: ['kept', 'café'] }, {}, 'PATCH');
});
afterAll(() => bench.close());

const listed = async (query: string): Promise<string[]> => {
  const answer = await bench.get(`/api/runs?${query}`);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<{ runId: string }[]>().map(({ runId }) => runId);
};

describe('the list of runs', () => {
  it('takes the filters of `grokscope runs`', async () => {
    const { heavy, light, other } = ids;
    expect((await listed('')).toSorted()).toEqual([heavy, light, other].toSorted());
    expect(await listed('where=optimizer.weightDecay%3D3')).toEqual([heavy]);
    expect(await listed('where=task.p%3D7&where=optimizer.weightDecay%3D0')).toEqual([light]);
    // A key that nobody wrote out has its default.
    expect(await listed('where=optimizer.schedule%3Dconstant&task=rot13')).toEqual([other]);
    expect(await listed('state=running')).toEqual([light]);
    expect((await listed('state=completed,running&task=modularAddition')).toSorted()).toEqual(
      [heavy, light].toSorted(),
    );
    expect((await listed('state=completed&state=running')).length).toBe(3);
    expect(await listed('name=HEAV')).toEqual([heavy]);
    expect(await listed(`tag=kept&tag=${encodeURIComponent('cafe\u0301')}`)).toEqual([heavy]);
    expect(await listed('tag=kept&tag=lost')).toEqual([]);
    expect((await listed('limit=2')).length).toBe(2);
  });

  it.each([
    ['where=optimizer.lrr%3D3', ['optimizer.lrr'], 'did you mean lr'],
    ['where=optimizer.weightDecay%3Dheavy', ['optimizer.weightDecay'], ''],
    ['task=modularaddition', ['task'], 'did you mean modularAddition'],
    ['state=runing&task=nope&limit=0', ['limit', 'state', 'task'], 'did you mean running'],
    ['name=a&name=b', ['name'], ''],
    ['wher=task.p%3D7', ['wher'], ''],
  ])('refuses %s, which no run could pass', async (query, paths, meant) => {
    const answer = await bench.get(`/api/runs?${query}`);
    expect(answer.statusCode).toBe(422);
    const { error } = answer.json<{ error: { code: string; errors: { path: string }[] } }>();
    expect(error.code).toBe('invalidQuery');
    expect(error.errors.map(({ path }) => path)).toEqual(paths);
    expect(answer.body).toContain(meant);
  });

  it('says which lines are folders that cannot be opened as runs', async () => {
    const own = await ServerBench.open();
    const runId = await own.finished();
    await cp(join(own.runsDir, runId), join(own.runsDir, 'a-copy'), { recursive: true });
    const openable = async (): Promise<Record<string, boolean>> => {
      const runs = (await own.get('/api/runs')).json<{ runId: string; openable: boolean }[]>();
      return Object.fromEntries(runs.map((run) => [run.runId, run.openable]));
    };
    expect(await openable()).toEqual({ [runId]: true, 'a-copy': false });
    expect((await own.get('/api/runs/a-copy')).statusCode).not.toBe(200);
    await rename(join(own.runsDir, runId), join(own.runsDir, 'Renamed Run'));
    expect(await openable()).toEqual({ 'a-copy': false, 'Renamed Run': false });
    await own.close();
  });
});
