import { describe, expect, it } from 'vitest';
import { createApi, problemsOf, runToShow, runsOf } from './api.js';

const run = (runId: string, state: string, createdAt: string) => ({
  runId,
  name: runId,
  state,
  createdAt,
  step: 1,
});

const answering = (status: number, body: unknown) => {
  const asked: { path: string; init: RequestInit | undefined }[] = [];
  const fetcher = (path: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    asked.push({ path: String(path), init });
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  };
  return { asked, fetcher: fetcher as typeof fetch };
};

describe('which run to show', () => {
  it('the newest under way, else the newest, else none', () => {
    const old = run('a', 'running', '2026-01-01');
    const fresh = run('b', 'completed', '2026-01-02');
    expect(runToShow(runsOf([old, fresh]))?.runId).toBe('a');
    expect(runToShow(runsOf([{ ...old, state: 'interrupted' }, fresh]))?.runId).toBe('b');
    // A folder whose name differs from its run's cannot be opened.
    const copy = {
      ...run('a-copy', 'running', '2026-01-03'),
      openable: false,
      problem: '"a-copy" is a copy',
    };
    expect(runsOf([copy])).toMatchObject([{ openable: false, problem: '"a-copy" is a copy' }]);
    expect(runToShow(runsOf([copy, old]))?.runId).toBe('a');
    expect(runToShow(runsOf([copy]))).toBeNull();
    expect(runToShow(runsOf([]))).toBeNull();
    expect(runsOf({ nonsense: true })).toEqual([]);
  });
});

describe('the interface of the server', () => {
  it('starts a run from a preset with its changes', async () => {
    const { asked, fetcher } = answering(201, { runId: 'new' });
    const started = await createApi('secret', fetcher).start('quick-grok', ['optimizer.lr=0.1'])();
    expect(started).toMatchObject({ _tag: 'Right', right: 'new' });
    expect(JSON.parse(String(asked[0]?.init?.body))).toEqual({
      preset: 'quick-grok',
      set: ['optimizer.lr=0.1'],
    });
    expect(asked[0]?.init?.headers).toMatchObject({ Authorization: 'Bearer secret' });
  });

  it('a refused spec gives every problem with its path and what is allowed', async () => {
    const problem = { path: 'optimizer.lr', message: 'must be above 0', allowed: 'a number above 0' };
    const body = { error: { code: 'badSpec', message: '2 errors', errors: [problem, { message: 'other' }] } };
    const refused = await createApi(undefined, answering(422, body).fetcher).start('quick-grok', [])();
    expect(refused).toMatchObject({ left: { _tag: 'Refused', problems: [problem, { message: 'other' }] } });
    expect(problemsOf({ error: { code: 'x', ...problem } })).toEqual([problem]);
    expect(problemsOf('nonsense')).toEqual([]);
  });

  it('tells a missing token and a missing server from a refusal', async () => {
    const withStatus = (status: number) => createApi(undefined, answering(status, {}).fetcher).runs();
    expect(await withStatus(401)).toMatchObject({ left: { _tag: 'TokenNeeded' } });
    expect(await withStatus(502)).toMatchObject({ left: { _tag: 'Unreachable' } });
    expect(await withStatus(500)).toMatchObject({ left: { _tag: 'Refused', status: 500 } });
    const offline = (): Promise<Response> => Promise.reject(new TypeError('no network'));
    expect(await createApi(undefined, offline).runs()).toMatchObject({ left: { _tag: 'Unreachable' } });
  });

  it('tells a host of files, which answers with a page of its own, from a server', async () => {
    const withPage = (status: number) => {
      const fetcher = (): Promise<Response> => Promise.resolve(new Response('<!doctype html>', { status }));
      return createApi(undefined, fetcher as typeof fetch).runs();
    };
    for (const status of [200, 404, 405])
      expect(await withPage(status)).toMatchObject({ left: { _tag: 'NoServer' } });
    expect(await withPage(500)).toMatchObject({ left: { _tag: 'Refused', status: 500 } });
  });
});

describe('the presets of the server', () => {
  it('are read by name, and what is no preset is passed over', async () => {
    const { asked, fetcher } = answering(200, [
      { name: 'greater', teaches: 'x', spec: {} },
      3,
      { name: 'half' },
    ]);
    expect(await createApi(undefined, fetcher).presets()).toEqual({
      _tag: 'Right',
      right: [{ name: 'greater', teaches: 'x' }],
    });
    expect(asked.map(({ path }) => path)).toEqual(['api/presets']);
    const { fetcher: other } = answering(200, { no: 'list' });
    expect(await createApi(undefined, other).presets()).toMatchObject({ _tag: 'Left' });
  });
});
