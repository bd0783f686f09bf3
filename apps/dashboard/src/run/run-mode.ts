import type { RunView } from './run-state.js';

/** What a run is doing, in the page's terms. */
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
 * The one word for the run's state. An ending takes precedence over the connection: a finished run is finished,
 * connected or not. `gone`: the server's state of a run whose process wrote no ending: `stale` if the process is silent
 * (and may revive), otherwise it is dead.
 */
export const runMode = (state: RunView, gone: string | null = null): RunMode => {
  if (state.ended) return ENDINGS[state.ended.reason] ?? 'failed';
  if (state.failure) return 'failed';
  if (state.connection.status === 'waiting') return 'not live';
  if (state.connection.status === 'connecting' && state.started === null) return 'connecting';
  if (state.connection.status === 'connecting') return 'not live';
  // Facts stored before the page was opened are still arriving: none of them is news, and the run's end may be among
  // them.
  if (!state.caughtUp) return state.started === null ? 'connecting' : 'catching up';
  if (gone !== null) return gone === 'stale' ? 'not live' : 'interrupted';
  if (state.started === null) return 'starting';
  // While it makes its steps it is running, even if a pause follows.
  return state.paused && state.steppingTo === null ? 'paused' : 'live';
};
