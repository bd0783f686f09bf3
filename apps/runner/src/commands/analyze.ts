import * as E from 'fp-ts/lib/Either.js';
import type { SafetensorsFile } from '@grokscope/formats';
import type { Analysis, KeyRule } from 'grokscope';
import {
  analyzeWeights,
  ChainDiverged,
  EngineError,
  KeyRuleNotAdmitted,
  MeasureNotAdmitted,
} from 'grokscope';
import { analysisSpec } from '../analysis-spec.js';
import type { CliError } from '../errors.js';
import { EXIT, usage } from '../errors.js';
import type { Output } from '../output.js';
import { aboutAnalysis, remarksOf } from '../present/about-analysis.js';
import { locateWeights } from '../locate-weights.js';
import { analysisText } from '../present/analysis-text.js';
import { readSafetensors, weightsFor } from '../weights-file.js';

/** Options of `grokscope analyze`, as commander gives them. */
export interface AnalyzeOptions {
  readonly spec?: string;
  readonly set: readonly string[];
  readonly keyRule?: KeyRule;
  readonly step?: number;
  readonly runs?: string;
  readonly measure?: readonly string[];
  readonly engine?: 'auto' | 'wasm' | 'gpu' | 'reference';
  readonly threads?: number;
  readonly llcChains?: number;
  readonly llcSteps?: number;
  readonly llcBurnIn?: number;
  readonly llcLr?: number;
  readonly llcLocalization?: number;
  readonly hessianIterations?: number;
  readonly measureSeed?: number;
  readonly json?: true;
}

/** `grokscope analyze`: every measure of a file of weights, or of a run's. */
export async function analyzeCommand(
  weightsOrRun: string,
  options: AnalyzeOptions,
  output: Output,
): Promise<E.Either<CliError, number>> {
  const located = await locateWeights(weightsOrRun, options, output.err);
  if (E.isLeft(located)) return located;
  const file = located.right;
  const read = await readSafetensors(file);
  if (E.isLeft(read)) return read;
  const loaded = await analysisSpec(file, read.right, options);
  if (E.isLeft(loaded)) return loaded;
  const decoded = weightsFor(file, read.right, loaded.right);
  if (E.isLeft(decoded)) return decoded;
  const { spec } = loaded.right;
  const { weights, notes } = decoded.right;
  const { keyRule } = options;
  let analysis: Analysis;
  try {
    analysis = await analyzeWeights(spec, weights, {
      ...stepOf(read.right),
      keyRule,
      named: options.measure ?? [],
      demand: demandOf(options, output),
    });
  } catch (thrown) {
    if (thrown instanceof KeyRuleNotAdmitted) return E.left(usage(`--key-rule: ${thrown.message}`));
    if (thrown instanceof MeasureNotAdmitted)
      return E.left(usage(`--measure ${thrown.measure}: ${thrown.message}`));
    if (thrown instanceof ChainDiverged) return E.left(usage(`--llc-lr: ${thrown.message}`));
    if (thrown instanceof EngineError) return E.left(usage(`--engine: ${thrown.message}`));
    throw thrown;
  }
  const about = aboutAnalysis(loaded.right, analysis, notes);
  output.out(
    options.json === true
      ? `${JSON.stringify({ ...analysis, ...about }, null, 2)}\n`
      : analysisText(file, spec, analysis, remarksOf(about)),
  );
  return E.right(EXIT.done);
}

/** How what is asked for by name is computed; it says how far it is where somebody looks on. */
function demandOf(options: AnalyzeOptions, { err }: Output): NonNullable<Demand> {
  const { engine, threads, measureSeed: seed } = options;
  const { llcChains: chains, llcSteps: steps, llcBurnIn: burnIn, llcLr: lr } = options;
  const { llcLocalization: localization, hessianIterations: iterations } = options;
  const tell = throttled((measure: string, done: number, all: number) =>
    err(`${measure}: ${done} of ${all} steps\n`),
  );
  return {
    ...(engine === undefined ? {} : { engine }),
    ...(threads === undefined ? {} : { threads }),
    options: {
      llc: given({ chains, steps, burnIn, lr, localization, seed }),
      hessian: given({ iterations, seed }),
    },
    onStep: tell,
  };
}

type Demand = NonNullable<Parameters<typeof analyzeWeights>[2]>['demand'];

/** Entries that have a value. */
const given = <T extends object>(entries: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };

/** Milliseconds between two words on how far something is. */
const TELL_EVERY = 2000;

/** Passes a call on where the last was long enough ago. */
function throttled<A extends readonly unknown[]>(tell: (...args: A) => void): (...args: A) => void {
  let last = performance.now();
  return (...args) => {
    if (performance.now() - last < TELL_EVERY) return;
    last = performance.now();
    tell(...args);
  };
}

function stepOf({ metadata }: SafetensorsFile): { readonly step?: number } {
  const text = metadata['step'];
  return text !== undefined && /^\d{1,15}$/.test(text) ? { step: Number(text) } : {};
}
