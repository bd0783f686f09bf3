import type { Engine } from '@grokscope/engine';
import type { ConformanceCase } from '@grokscope/engine/testing';

/** The result of one case, as in its row of the table. */
export interface Outcome {
  readonly name: string;
  readonly passed: boolean;
  readonly error: string;
  readonly time: string;
  readonly verdict: string;
}

export const explain = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs one case on an engine; a case that throws has failed. */
export async function outcomeOf(engine: Engine, { name, run }: ConformanceCase): Promise<Outcome> {
  const start = performance.now();
  const outcome = await run(engine).then(
    ({ worstError }) => ({ passed: true, error: worstError.toExponential(1), verdict: 'passed' }),
    (error: unknown) => ({ passed: false, error: '', verdict: `failed: ${explain(error)}` }),
  );
  return { name, ...outcome, time: `${(performance.now() - start).toFixed(0)} ms` };
}
