import { builtInActivations, isTransformer, type NamedTensor } from '@grokscope/model';
import { modelKind, type ModelSpec } from '@grokscope/schema';

/** The sizes and choices of a model that measures depend on; the section of a transformer in a spec is one. */
export interface NetworkShape {
  /** The architecture; absent: a transformer. */
  readonly kind?: string;
  /** 0 of what is no transformer. */
  readonly nLayers: number;
  readonly dModel: number;
  readonly nHeads: number;
  readonly dHead: number;
  /** 0: attention only. */
  readonly dMlp: number;
  readonly actFn: string;
  readonly normalization: string;
  /** In words, what it has that the measures of a one-layer network do not count with; absent where there is nothing. */
  readonly unlike?: string;
}

/** The shape of a spec's model. */
export function networkShapeOf(model: ModelSpec): NetworkShape {
  if (!isTransformer(model)) {
    const actFn = String(model['actFn'] ?? 'none');
    const none = { nLayers: 0, dModel: 0, nHeads: 0, dHead: 0, dMlp: 0 };
    return { kind: String(modelKind(model)), ...none, actFn, normalization: 'none' };
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

/** A network to look into: its shape and its weights in float64, by their TransformerLens names and layouts. */
export interface Network {
  readonly shape: NetworkShape;
  /** The tensor of this name, as a copy in float64; throws for a name the network does not have. */
  readonly weight: (name: string) => Float64Array;
}

/** A network from named tensors. */
export function networkOf(shape: NetworkShape, weights: readonly NamedTensor[]): Network {
  const byName = new Map(weights.map(({ name, data }) => [name, data]));
  return {
    shape,
    weight: (name) => {
      const data = byName.get(name);
      if (data === undefined) throw new Error(`the network has no tensor ${name}`);
      return Float64Array.from(data);
    },
  };
}

/** A nonlinearity, applied to every value in place. */
export type Activation = (values: Float64Array) => void;

/** The nonlinearity of this name; undefined for one that is not known here. */
export const activationFunction = (actFn: string): Activation | undefined =>
  builtInActivations.find(({ kind }) => kind === actFn)?.applyInPlace;
