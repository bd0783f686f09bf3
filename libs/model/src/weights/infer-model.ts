import type { Shape } from '@grokscope/base';
import type { RawTensor } from './file-tensors.js';
import type { TaskDimensions } from '../model.js';
import type { TransformerSpec } from '../models/transformer-spec.js';

/** What shapes and names say of a model; a size that they do not tell is absent. */
export type InferredModel = Partial<
  Pick<TransformerSpec, 'nLayers' | 'dModel' | 'nHeads' | 'dHead' | 'dMlp' | 'normalization'>
>;

/** What they say of its task: tokens in, tokens an example. */
export interface InferredTask {
  readonly dVocab?: number;
  readonly nCtx?: number;
}

const LAYER = /^blocks\.(\d+)\./;

/** Reads the sizes of a model off the shapes of its tensors (`fileTensors`). */
export function inferModel(tensors: ReadonlyMap<string, { readonly shape: Shape }>): {
  readonly model: InferredModel;
  readonly task: InferredTask;
} {
  const shapeOf = (name: string, rank: number): Shape | undefined => {
    const shape = tensors.get(name)?.shape;
    return shape?.length === rank ? shape : undefined;
  };
  const names = [...tensors.keys()];
  const layers = names.map((name) => Number(LAYER.exec(name)?.[1] ?? -1));
  const W_E = shapeOf('embed.W_E', 2);
  const W_pos = shapeOf('pos_embed.W_pos', 2);
  const W_Q = shapeOf('blocks.0.attn.W_Q', 3);
  const W_in = shapeOf('blocks.0.mlp.W_in', 2);
  const hasMlp = names.some((name) => name.startsWith('blocks.0.mlp.'));
  // W_E is the tensor most often kept the other way round; the others tell how wide the residual stream is.
  const dModel = W_pos?.[1] ?? W_Q?.[1] ?? W_E?.[1];
  const nLayers = layers.reduce((most, layer) => Math.max(most, layer + 1), 0);
  return {
    model: {
      ...(nLayers > 0 ? { nLayers } : {}),
      ...(dModel !== undefined ? { dModel } : {}),
      ...(W_Q ? { nHeads: W_Q[0], dHead: W_Q[2] } : {}),
      ...(hasMlp ? (W_in && W_in[0] === dModel ? { dMlp: W_in[1] } : {}) : { dMlp: 0 }),
      ...(names.some((name) => /(^|\.)ln\w*\.w$/.test(name)) ? { normalization: 'layerNorm' as const } : {}),
    },
    task: {
      ...(W_E && W_E[1] === dModel ? { dVocab: W_E[0] } : {}),
      ...(W_pos ? { nCtx: W_pos[0] } : {}),
    },
  };
}

/**
 * In words, how a file's model differs from the one of a spec, with the settings that would fit; undefined where shapes
 * agree.
 */
export function describeMismatch(
  tensors: ReadonlyMap<string, RawTensor>,
  model: TransformerSpec,
  task: TaskDimensions,
): string | undefined {
  const found = inferModel(tensors);
  const differing = Object.entries(found.model).filter(
    ([key, value]) => model[key as keyof InferredModel] !== value,
  );
  if (differing.length > 0) {
    const has = differing.map(([key, value]) => `${key} ${value}`).join(', ');
    const wants = differing.map(([key]) => `${key} ${model[key as keyof InferredModel]}`).join(', ');
    const settings = differing.map(([key, value]) => `--set model.${key}=${value}`).join(' ');
    return `holds another model than the spec's: it has ${has}; the spec has ${wants}. To read it as what it is: ${settings}`;
  }
  const { dVocab, nCtx } = found.task;
  const is = (have: number | undefined, want: number): boolean => have === undefined || have === want;
  if (is(dVocab, task.dVocab) && is(nCtx, task.nCtx)) return undefined;
  const has = `${dVocab ?? task.dVocab} tokens and ${nCtx ?? task.nCtx} positions`;
  const numbers =
    nCtx === 3 && dVocab !== undefined && dVocab > 2
      ? `. On pairs mod p that is p = ${dVocab - 1}: --set task.p=${dVocab - 1}`
      : '. Give the task it was trained on: --spec <preset or file>, or --set task.…';
  return `is of another task than the spec's: it has ${has}; the spec's has ${task.dVocab} and ${task.nCtx}${numbers}`;
}
