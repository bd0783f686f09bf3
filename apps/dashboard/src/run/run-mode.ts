import type { RunView } from './run-state.js';

/** What a run is doing, as the page names it. */
export type RunMode =
  | 'connecting'
  | 'catching up'
  | 'starting'
  | 'live'
  | 'paused'
  | 'not live'
  | 'finished'
  | 'stopped'
  | 'interrupted'
  | 'diverged'
  | 'failed';

const ENDINGS: Readonly<Record<string, RunMode>> = {
  completed: 'finished',
  stopConditionMet: 'finished',
  stopped: 'stopped',
  interrupted: 'interrupted',
  diverged: 'diverged',
};

/**
 * The one word for the run's state. An ending outlives the connection: a finished run is finished, heard or not.
 * `gone`: what the server says of a run whose process wrote no ending: `stale` where it is not heard of (and may yet be),
 * else it is dead.
 */
export const runMode = (state: RunView, gone: string | null = null): RunMode => {
  if (state.ended) return ENDINGS[state.ended.reason] ?? 'failed';
  if (state.failure) return 'failed';
  if (state.connection.status === 'waiting') return 'not live';
  if (state.connection.status === 'connecting' && state.started === null) return 'connecting';
  if (state.connection.status === 'connecting') return 'not live';
  // What was stored before the page came is on its way: nothing of it is news, and its end may be among it.
  if (!state.caughtUp) return state.started === null ? 'connecting' : 'catching up';
  if (gone !== null) return gone === 'stale' ? 'not live' : 'interrupted';
  if (state.started === null) return 'starting';
  // While it takes its steps it runs, though a pause is due after them.
  return state.paused && state.steppingTo === null ? 'paused' : 'live';
};
