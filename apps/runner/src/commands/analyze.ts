import * as E from 'fp-ts/lib/Either.js';
import type { SafetensorsFile } from '@grokscope/formats';
import type { Analysis, KeyRule } from 'grokscope';
import { analyzeWeights, KeyRuleNotAdmitted } from 'grokscope';
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
  const { spec, catalogue } = loaded.right;
  const { weights, notes } = decoded.right;
  const { keyRule } = options;
  let analysis: Analysis;
  try {
    analysis = await analyzeWeights(spec, weights, {
      ...stepOf(read.right),
      keyRule,
      catalogue,
    });
  } catch (thrown) {
    if (thrown instanceof KeyRuleNotAdmitted) return E.left(usage(`--key-rule: ${thrown.message}`));
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

function stepOf({ metadata }: SafetensorsFile): { readonly step?: number } {
  const text = metadata['step'];
  return text !== undefined && /^\d{1,15}$/.test(text) ? { step: Number(text) } : {};
}
