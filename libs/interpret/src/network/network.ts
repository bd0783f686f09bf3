import {
  builtInActivations,
  isMlp,
  isTransformer,
  type Activation as ActivationPart,
  type MlpSpec,
  type NamedTensor,
} from '@grokscope/model';
import { modelKind, type ModelSpec } from '@grokscope/schema';

/** The sizes and choices of a model that measures depend on; the section of a transformer in a spec is one. */
export interface NetworkShape {
  /** The architecture; absent: a transformer. */
  readonly kind?: string;
  /** 0 for models that are not transformers. */
  readonly nLayers: number;
  /** Width of an embedding. */
  readonly dModel: number;
  readonly nHeads: number;
  readonly dHead: number;
  /** Neurons that the layer before the logits reads; 0: attention only. */
  readonly dMlp: number;
  readonly actFn: string;
  readonly normalization: string;
  /** Features that the measures of a one-layer network do not support, in words; absent if there are none. */
  readonly unlike?: string;
  /** The tensor whose rows are the embeddings of tokens; absent if none is known. */
  readonly embedding?: string;
  /** The settings of an MLP. */
  readonly mlp?: MlpSpec;
}

/**
 * The tensor of a network whose rows are the embeddings of tokens, or of the first operand; undefined if none is known.
 */
export const embeddingName = ({ nLayers, embedding }: NetworkShape): string | undefined =>
  nLayers > 0 ? 'embed.W_E' : embedding;

/** The shape of a spec's model. */
export function networkShapeOf(model: ModelSpec): NetworkShape {
  if (!isTransformer(model)) {
    const actFn = String(model['actFn'] ?? 'none');
    const none = { nLayers: 0, dModel: 0, nHeads: 0, dHead: 0, dMlp: 0 };
    const plain = { kind: String(modelKind(model)), ...none, actFn, normalization: 'none' };
    if (!isMlp(model)) return plain;
    const shape = { ...plain, mlp: model };
    const { input, dEmbed, sharedEmbedding, hidden } = model;
    const layer = hidden.length === 1 ? 'mlp' : 'mlp.0';
    return input === 'oneHot'
      ? { ...shape, dModel: hidden[0], dMlp: hidden.at(-1)!, embedding: `${layer}.W_in` }
      : {
          ...shape,
          dModel: dEmbed,
          dMlp: hidden.at(-1)!,
          embedding: sharedEmbedding ? 'embed.W_E' : 'embed.W_x',
        };
  }
  const { biases = 'mlp', positions = 'learned', attention = {}, tiedEmbeddings } = model;
  const unlike = [
    ...(biases === 'mlp' ? [] : [biases === 'all' ? 'biases everywhere' : 'no biases']),
    ...(positions === 'learned' ? [] : [positions === 'none' ? 'no positions' : `${positions} positions`]),
    ...(attention.rate === undefined ? [] : [`an attention rate of ${attention.rate}`]),
    ...(attention.causal === false ? ['attention without a mask'] : []),
    ...(tiedEmbeddings === true ? ['tied embeddings'] : []),
  ];
  return unlike.length === 0 ? model : { ...model, unlike: unlike.join(', ') };
}

/** A network to be analysed: its shape and its weights in float64, by their TransformerLens names and layouts. */
export interface Network {
  readonly shape: NetworkShape;
  /** The tensor of this name, as a copy in float64; throws for a name the network does not have. */
  readonly weight: (name: string) => Float64Array;
  /** Its nonlinearity; undefined if it is not known in float64. */
  readonly activation: Activation | undefined;
}

/** A network from named tensors. @param activations where to look up its nonlinearity */
export function networkOf(
  shape: NetworkShape,
  weights: readonly NamedTensor[],
  activations?: readonly ActivationPart[],
): Network {
  const byName = new Map(weights.map(({ name, data }) => [name, data]));
  const activation = activationFunction(shape.actFn, activations);
  return {
    shape,
    activation,
    weight: (name) => {
      const data = byName.get(name);
      if (data === undefined) throw new Error(`the network has no tensor ${name}`);
      return Float64Array.from(data);
    },
  };
}

/** A nonlinearity, applied to every value in place. */
export type Activation = (values: Float64Array) => void;

/** The nonlinearity of this name; undefined if it is not among these, or not known in float64. */
export const activationFunction = (
  actFn: string,
  activations: readonly ActivationPart[] = builtInActivations,
): Activation | undefined => activations.find(({ kind }) => kind === actFn)?.applyInPlace;
