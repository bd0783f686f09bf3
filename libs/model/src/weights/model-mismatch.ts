import { modelKind, type ModelSpec } from '@grokscope/schema';
import type { TaskDimensions } from '../model.js';
import { inferModel } from './infer-model.js';
import { isInferredMlp, type Inferred, type SeenTensors } from './inferred.js';

/** Keys that distinguish transformers; other differences show as tensors that are missing or unexpected. */
const SIZES = ['nLayers', 'dModel', 'nHeads', 'dHead', 'dMlp', 'normalization'];
/** Those of an MLP; differences in its biases and outputs show in the same way. */
const MLP_SIZES = ['input', 'dEmbed', 'sharedEmbedding', 'combine', 'hidden'];

const text = (value: unknown): string => (Array.isArray(value) ? `[${value.join()}]` : String(value));

/**
 * Describes how a file's model differs from that of a spec, with the settings that would fit; undefined if the shapes
 * agree.
 */
export function describeMismatch(
  tensors: SeenTensors,
  model: ModelSpec,
  task: TaskDimensions,
): string | undefined {
  const found = inferModel(tensors);
  const kind = isInferredMlp(found.model) ? 'mlp' : 'transformer';
  // The tensors of a file without layers show its contents.
  if (kind === 'transformer' && modelKind(model) === 'mlp' && !('nLayers' in found.model)) return undefined;
  const [has, wants] = [found.model, model] as const as readonly Readonly<Record<string, unknown>>[];
  const keys = (kind === 'mlp' ? MLP_SIZES : SIZES).filter((key) => Object.hasOwn(has, key));
  if (kind !== modelKind(model)) {
    const settings = ['kind', ...keys].map(
      (key) => `--set model.${key}=${text(key === 'kind' ? kind : has[key])}`,
    );
    return `holds another model than the spec's: it is of kind ${kind}; the spec's is of kind ${modelKind(model)}. To read it as what it is: ${settings.join(' ')}`;
  }
  const differing = keys.filter((key) => text(has[key]) !== text(wants[key]));
  if (differing.length > 0) {
    const said = (of: Readonly<Record<string, unknown>>): string =>
      differing.map((key) => `${key} ${text(of[key])}`).join(', ');
    const settings = differing.map((key) => `--set model.${key}=${text(has[key])}`).join(' ');
    return `holds another model than the spec's: it has ${said(has)}; the spec has ${said(wants)}. To read it as what it is: ${settings}`;
  }
  return kind === 'mlp' ? otherOperands(found, task) : otherTokens(found, task);
}

function otherTokens({ task: { dVocab, nCtx } }: Inferred, task: TaskDimensions): string | undefined {
  const is = (have: number | undefined, want: number): boolean => have === undefined || have === want;
  if (is(dVocab, task.dVocab) && is(nCtx, task.nCtx)) return undefined;
  const has = `${dVocab ?? task.dVocab} tokens and ${nCtx ?? task.nCtx} positions`;
  const numbers =
    nCtx === 3 && dVocab !== undefined && dVocab > 2
      ? `. On pairs mod p that is p = ${dVocab - 1}: --set task.p=${dVocab - 1}`
      : '. Give the task it was trained on: --spec <preset or file>, or --set task.…';
  return `is of another task than the spec's: it has ${has}; the spec's has ${task.dVocab} and ${task.nCtx}${numbers}`;
}

function otherOperands({ task: { operands } }: Inferred, task: TaskDimensions): string | undefined {
  const wanted = task.operands;
  if (operands === undefined || wanted === undefined || operands.values === wanted.values) return undefined;
  return `is of another task than the spec's: its operands have ${operands.values} values; the spec's have ${wanted.values}. On pairs mod p that is p = ${operands.values}: --set task.p=${operands.values}`;
}
