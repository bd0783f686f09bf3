/** A browser's capabilities for computing. */
export interface Machine {
  /** Whether memory can be shared between threads: the page is cross-origin isolated. */
  readonly isolated: boolean;
  /** The number of cores that the browser reports. */
  readonly cores: number;
}

const MAX_THREADS = 4;

/** Threads of a run in the page: one for each core, four at most; one if memory cannot be shared. */
export const threadsFor = ({ isolated, cores }: Machine): number =>
  isolated ? Math.max(1, Math.min(MAX_THREADS, cores)) : 1;

/** Why the run has this number of threads. */
export const whyThreads = (threads: number, { isolated, cores }: Machine): string => {
  if (threads > 1)
    return `${threads} threads share memory, as the page is cross-origin isolated and the browser reports ${cores} cores`;
  const reason = !isolated
    ? 'the page is not cross-origin isolated (its server sends no Cross-Origin-Opener-Policy and Cross-Origin-Embedder-Policy), so threads cannot share memory'
    : cores <= 1
      ? 'this browser reports one core'
      : 'this browser lets a worker share no memory';
  return `one thread, because ${reason}`;
};
