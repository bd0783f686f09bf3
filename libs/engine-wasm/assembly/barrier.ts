/**
 * Polls before a waiting thread sleeps: less than a tenth of a millisecond, since another program may need the core.
 */
const POLLS: i32 = 100000;
/** Interval at which a sleeping thread checks whether another one has failed, in nanoseconds. */
const LOOK: i64 = 500_000_000;

/**
 * Waits until all threads have arrived. Three i32 at `at`: threads that have arrived, generation, failed. The last one
 * to arrive resets the count before it opens the next generation, so the barrier can be used again at once.
 */
export function barrier(at: usize, threads: i32): void {
  if (threads == 1) return;
  if (ASC_FEATURE_THREADS) {
    const generation = atomic.load<i32>(at, 4);
    if (atomic.add<i32>(at, 1) == threads - 1) {
      atomic.store<i32>(at, 0);
      atomic.store<i32>(at, generation + 1, 4);
      atomic.notify(at + 4, -1);
      return;
    }
    for (let i = 0; i < POLLS; ++i) if (atomic.load<i32>(at, 4) != generation) return;
    while (atomic.load<i32>(at, 4) == generation) {
      atomic.wait<i32>(at + 4, generation, LOOK);
      if (atomic.load<i32>(at, 8) != 0) unreachable();
    }
  }
}
