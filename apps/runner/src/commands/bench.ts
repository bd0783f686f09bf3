import * as E from 'fp-ts/lib/Either.js';
import { bench, workloadNames, type BenchOptions, type BenchReport, type BenchRow } from 'grokscope';
import type { CliError } from '../errors.js';
import { EXIT, usage } from '../errors.js';
import type { Output } from '../output.js';
import { table } from '../present/table.js';

/** Options of `grokscope bench`, as commander passes them. */
export interface BenchCommandOptions {
  readonly engine?: BenchOptions['engine'];
  readonly workload: readonly string[];
  readonly threads?: number;
  /** False with `--no-rewrites`. */
  readonly rewrites: boolean;
  readonly json?: true;
}

/** `grokscope bench`: measures the milliseconds of a training step on every engine that works here. */
export async function benchCommand(
  { engine, workload, threads, rewrites, json }: BenchCommandOptions,
  output: Output,
): Promise<E.Either<CliError, number>> {
  const unknown = workload.filter((name) => !workloadNames.includes(name));
  if (unknown.length > 0)
    return E.left(usage(`unknown workload ${unknown.join(', ')}: there are ${workloadNames.join(', ')}`));
  const report = await bench({
    engine,
    threads,
    rewrites,
    ...(workload.length > 0 ? { workloads: workload } : {}),
    onStart: (name, on) => output.err(`timing ${name} on ${on} …\n`),
  });
  output.out(json === true ? `${JSON.stringify(report, null, 2)}\n` : describe(report));
  return E.right(EXIT.done);
}

function describe({ commit, machine, rows, skipped }: BenchReport): string {
  const header = [
    'workload',
    'engine',
    'threads',
    'ms a step',
    '(min … max)',
    'GFLOP a step',
    'GFLOP/s',
    'without rewrites',
  ];
  const lines = rows.map(describeRow);
  const where = `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, commit ${commit ?? 'unknown'}`;
  const notes = skipped.map((s) => `${s.workload} on ${s.engine}: not timed: ${s.why}\n`).join('');
  return `${where}\n${table([header, ...lines])}${notes}`;
}

const describeRow = (row: BenchRow): readonly string[] => [
  row.workload,
  row.engine,
  String(row.threads),
  row.msPerStep.median.toPrecision(3),
  `(${row.msPerStep.min.toPrecision(3)} … ${row.msPerStep.max.toPrecision(3)})`,
  row.gflopPerStep.toFixed(3),
  row.gflops.toFixed(1),
  `${row.gflopPerStepUnrewritten.toFixed(3)} GFLOP`,
];
