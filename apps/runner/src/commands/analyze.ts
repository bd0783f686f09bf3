import * as E from 'fp-ts/lib/Either.js';
import type { SafetensorsFile } from '@grokscope/formats';
import type { Analysis, KeyRule } from 'grokscope';
import { analyzeWeights, KeyRuleNotAdmitted } from 'grokscope';
import type { CliError } from '../errors.js';
import { EXIT, usage } from '../errors.js';
import type { LoadedSpec } from '../load-spec.js';
import { loadSpec, specFrom } from '../load-spec.js';
import type { Output } from '../output.js';
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
  const loaded = await specOf(file, read.right, options);
  if (E.isLeft(loaded)) return loaded;
  const weights = weightsFor(file, read.right, loaded.right);
  if (E.isLeft(weights)) return weights;
  const { spec } = loaded.right;
  const { keyRule } = options;
  let analysis: Analysis;
  try {
    analysis = await analyzeWeights(spec, weights.right, { ...stepOf(read.right), keyRule });
  } catch (thrown) {
    if (thrown instanceof KeyRuleNotAdmitted) return E.left(usage(`--key-rule: ${thrown.message}`));
    throw thrown;
  }
  output.out(
    options.json === true ? `${JSON.stringify(analysis, null, 2)}\n` : analysisText(file, spec, analysis),
  );
  return E.right(EXIT.done);
}

/** The spec given, else the one the file carries. */
async function specOf(
  file: string,
  { metadata }: SafetensorsFile,
  { spec, set }: AnalyzeOptions,
): Promise<E.Either<CliError, LoadedSpec>> {
  if (spec !== undefined) return loadSpec(spec, set);
  const text = metadata['spec'];
  if (text === undefined)
    return E.left(
      usage(
        `${file} does not say how it was trained (no spec in its metadata); give --spec <preset or file>`,
      ),
    );
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch {
    return E.left(usage(`the spec in the metadata of ${file} is not JSON; give --spec <preset or file>`));
  }
  return specFrom(`the spec in the metadata of ${file}`, input, set);
}

function stepOf({ metadata }: SafetensorsFile): { readonly step?: number } {
  const text = metadata['step'];
  return text !== undefined && /^\d{1,15}$/.test(text) ? { step: Number(text) } : {};
}
