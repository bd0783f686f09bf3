import type { ModelRule, ModelSpec, SpecError } from '@grokscope/schema';
import { specError } from '@grokscope/schema';
import type { TransformerSpec } from './transformer-spec.js';

const rule = (
  reads: readonly (keyof TransformerSpec)[],
  error: (model: TransformerSpec) => SpecError | undefined,
): ModelRule => ({
  reads,
  errors: (model: ModelSpec) => {
    const found = error(model as TransformerSpec);
    return found === undefined ? [] : [found];
  },
});

/** The rules by which a transformer's keys must fit each other. */
export const transformerRules: readonly ModelRule[] = [
  // The heads together are as wide as the residual stream.
  rule(['dModel', 'nHeads', 'dHead'], ({ dModel, nHeads, dHead }) => {
    const wide = nHeads * dHead;
    if (wide === dModel) return undefined;
    const message = `must equal nHeads × dHead = ${nHeads} × ${dHead} = ${wide}`;
    const remedy = dModel % nHeads === 0 ? `, or dHead ${dModel / nHeads} with dModel ${dModel}` : '';
    return specError('model.dModel', dModel, `dModel ${wide} with these heads${remedy}`, message);
  }),
  rule(['positions', 'dHead'], ({ positions, dHead }) =>
    positions === 'rotary' && dHead % 2 === 1
      ? specError(
          'model.dHead',
          dHead,
          'an even number',
          'must be even: rotary positions turn coordinates in pairs',
        )
      : undefined,
  ),
  rule(['normPosition', 'normalization'], ({ normPosition, normalization }) =>
    normPosition === 'post' && normalization === 'none'
      ? specError(
          'model.normPosition',
          normPosition,
          'normalization: layerNorm or rmsNorm, or no normPosition',
          'says where to normalise, and normalization is none',
        )
      : undefined,
  ),
  rule(['tiedEmbeddings', 'outputs'], ({ tiedEmbeddings, outputs }) =>
    tiedEmbeddings === true && outputs === 'classes'
      ? specError(
          'model.outputs',
          outputs,
          'outputs: vocabulary, or tiedEmbeddings: false',
          'cannot be classes where W_U is W_E, which has a row for every token',
        )
      : undefined,
  ),
];
