import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Engine } from '@grokscope/engine';
import { createReferenceEngine, EngineError } from '@grokscope/engine';
import { createGpuEngine, probeGpu } from '@grokscope/engine-gpu';
import { createWasmEngine } from '@grokscope/engine-wasm';
import { defaultThreads, modeOf, type EngineChoice } from '../engines/engines.js';
import { measure, type BenchRow, type MeasureOptions } from './measure.js';
import { workloads } from './workloads.js';

/** What to time. */
export interface BenchOptions {
  /** Names of `workloads`; default: all. */
  readonly workloads?: readonly string[];
  /** Default: every engine that works here. */
  readonly engine?: Exclude<EngineChoice, 'auto'>;
  /** Threads of the `wasm` engine. */
  readonly threads?: number;
  /** False times the graphs without rewrites. */
  readonly rewrites?: boolean;
  /** Called before each measurement, to report progress. */
  readonly onStart?: (workload: string, engine: string) => void;
}

/** The result of `grokscope bench`. */
export interface BenchReport {
  /** The commit of this checkout, or null outside one. */
  readonly commit: string | null;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
  readonly rows: readonly BenchRow[];
  /** The pairs that could not be timed, and why. */
  readonly skipped: readonly { readonly workload: string; readonly engine: string; readonly why: string }[];
}

/** Names of every workload. */
export const workloadNames: readonly string[] = Object.keys(workloads);

interface Maker {
  readonly name: string;
  readonly make: () => Promise<Engine>;
  readonly options: MeasureOptions;
}

const QUICK: MeasureOptions = { warmUpSteps: 5, minSamples: 5, budgetMs: 4000 };
// Seconds a step: the order of magnitude is enough.
const SLOW: MeasureOptions = { warmUpSteps: 1, minSamples: 2, budgetMs: 0 };

/** Times every workload on every engine that works here, one after another. */
export async function bench(options: BenchOptions = {}): Promise<BenchReport> {
  const { threads = defaultThreads(), rewrites = true, onStart } = options;
  const rows: BenchRow[] = [];
  const skipped: BenchReport['skipped'][number][] = [];
  const makers = await engineMakers(threads, options.engine);
  for (const workload of options.workloads ?? workloadNames)
    for (const { name, make, options: how } of makers) {
      onStart?.(workload, name);
      const engine = await make();
      try {
        rows.push(await measure(workloads[workload](rewrites), engine, how));
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        skipped.push({ workload, engine: name, why: error.message });
      } finally {
        await engine.dispose();
      }
    }
  const machine = { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length, node: process.version };
  return { commit: commit(), machine, rows, skipped };
}

async function engineMakers(threads: number, choice: BenchOptions['engine']): Promise<readonly Maker[]> {
  const wanted = (kind: string): boolean => choice === undefined || choice === kind;
  const gpu = wanted('gpu') ? (await probeGpu()).filter(({ available }) => available) : [];
  if (choice === 'gpu' && gpu.length === 0)
    throw new EngineError('Unavailable', 'no GPU engine works here; `npx grokscope engines` says why');
  return [
    ...(wanted('wasm') ? [{ name: 'wasm', make: () => createWasmEngine({ threads }), options: QUICK }] : []),
    ...gpu.map(({ name }) => ({ name, make: () => createGpuEngine({ mode: modeOf(name) }), options: SLOW })),
    ...(wanted('reference')
      ? [{ name: 'reference', make: async () => createReferenceEngine(), options: SLOW }]
      : []),
  ];
}

function commit(): string | null {
  try {
    const cwd = fileURLToPath(new URL('.', import.meta.url));
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  } catch {
    return null;
  }
}
