import type { Engine, Program } from '@grokscope/engine';
import type { Workload } from './workloads.js';

/** One row of `grokscope bench`: the milliseconds a step takes, and what a step computes. */
export interface BenchRow {
  readonly workload: string;
  readonly engine: string;
  readonly threads: number;
  readonly msPerStep: { readonly min: number; readonly median: number; readonly max: number };
  /** Billions of floating-point operations a step by the cost model, with the rewrites and without them. */
  readonly gflopPerStep: number;
  readonly gflopPerStepUnrewritten: number;
  /** `gflopPerStep` over the median time: billions of operations a second. */
  readonly gflops: number;
}

/** How long to measure. */
export interface MeasureOptions {
  /** Untimed steps before the first sample. */
  readonly warmUpSteps: number;
  /** Wall time spent on measuring after the warm-up, in milliseconds. */
  readonly budgetMs: number;
  /** The least number of samples, however long they take. */
  readonly minSamples: number;
}

/** The least duration of a sample: the resolution of the clock must not matter. */
const SAMPLE_MS = 20;

/**
 * Times a workload on an engine. Each sample is a run of a few steps; min, median and max are taken over the samples.
 * Throws if the workload's result is not finite after the warm-up: a wrong program is not timed.
 */
export async function measure(
  workload: Workload,
  engine: Engine,
  options: MeasureOptions,
): Promise<BenchRow> {
  const program = await engine.compile(workload.functions);
  try {
    for (const [name, values] of workload.initial) program.write(name, values);
    let step = 0;
    const run = async (steps: number): Promise<number> => {
      const feeds = Array.from({ length: steps }, () => workload.feedAt(step++));
      const start = performance.now();
      await program.run(workload.timed, feeds);
      return (performance.now() - start) / steps;
    };
    const first = await run(options.warmUpSteps);
    await checkFinite(workload, program, step);
    const steps = Math.max(workload.stepsPerSample ?? 1, Math.round(SAMPLE_MS / first));
    const samples: number[] = [];
    const start = performance.now();
    while (samples.length < options.minSamples || performance.now() - start < options.budgetMs)
      samples.push(await run(steps));
    return row(workload, engine, samples);
  } finally {
    await program.dispose();
  }
}

async function checkFinite(
  { name, check, checkFeed }: Workload,
  program: Program,
  steps: number,
): Promise<void> {
  for (const [output, values] of Object.entries(await program.run(check, [checkFeed])))
    if (!values.every(Number.isFinite))
      throw new Error(`${name}: ${output} is not finite after ${steps} steps`);
}

function row(workload: Workload, engine: Engine, samples: number[]): BenchRow {
  const sorted = [...samples].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  return {
    workload: workload.name,
    engine: engine.name,
    threads: engine.threads,
    msPerStep: { min: sorted[0], median, max: sorted[sorted.length - 1] },
    gflopPerStep: workload.flopsPerStep / 1e9,
    gflopPerStepUnrewritten: workload.flopsPerStepUnrewritten / 1e9,
    gflops: workload.flopsPerStep / 1e6 / median,
  };
}
