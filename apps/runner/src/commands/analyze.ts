import * as E from 'fp-ts/lib/Either.js';
import type { SafetensorsFile } from '@grokscope/formats';
import { analysisMeasures } from '@grokscope/interpret';
import { withTold as toldTask, type RunSpec } from '@grokscope/schema';
import { tellTask, type Dataset } from '@grokscope/tasks';
import type { Analysis, KeyRule, OwnParts } from 'grokscope';
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
import { demandOf, type DemandOptions } from '../measure-demand.js';
import { locateWeights } from '../locate-weights.js';
import { analysisText } from '../present/analysis-text.js';
import { partsOfRun } from '../use-files.js';
import { readSafetensors, weightsFor } from '../weights-file.js';

/** Options of `grokscope analyze`, as commander passes them. */
export interface AnalyzeOptions extends DemandOptions {
  readonly spec?: string;
  readonly set: readonly string[];
  /** Files of parts that the spec may name. */
  readonly use?: readonly string[];
  readonly allowChangedParts?: true;
  readonly keyRule?: KeyRule;
  readonly step?: number;
  readonly runs?: string;
  readonly measure?: readonly string[];
  readonly json?: true;
}

/** `grokscope analyze`: computes every measure of a file of weights, or of a run's. */
export async function analyzeCommand(
  weightsOrRun: string,
  options: AnalyzeOptions,
  output: Output,
): Promise<E.Either<CliError, number>> {
  const located = await locateWeights(weightsOrRun, options, output.err);
  if (E.isLeft(located)) return located;
  const { path: file, run } = located.right;
  const read = await readSafetensors(file);
  if (E.isLeft(read)) return read;
  const own = run
    ? await partsOfRun(run.runId, run.parts, options.allowChangedParts === true)
    : E.right(undefined);
  if (E.isLeft(own)) return own;
  const loaded = await analysisSpec(file, read.right, options, own.right);
  if (E.isLeft(loaded)) return loaded;
  const decoded = weightsFor(file, read.right, loaded.right);
  if (E.isLeft(decoded)) return decoded;
  const { spec, dataset, own: parts } = loaded.right;
  const { weights, notes } = decoded.right;
  const { keyRule } = options;
  let analysis: Analysis;
  try {
    analysis = await analyzeWeights(spec, weights, {
      ...stepOf(read.right),
      keyRule,
      catalogue: parts.catalogue,
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
      : analysisText(file, withTold(spec, dataset, parts), analysis, remarksOf(about), [
          ...analysisMeasures,
          ...parts.measures,
        ]),
  );
  return E.right(EXIT.done);
}

/** Returns the spec of a task that is not built in, with the words that describe the task. */
function withTold(spec: RunSpec, dataset: Dataset, { catalogue }: OwnParts): RunSpec {
  const told = tellTask(spec.task, dataset, catalogue.tasks);
  return told === undefined ? spec : { ...spec, task: toldTask(spec.task, told) };
}

function stepOf({ metadata }: SafetensorsFile): { readonly step?: number } {
  const text = metadata['step'];
  return text !== undefined && /^\d{1,15}$/.test(text) ? { step: Number(text) } : {};
}
