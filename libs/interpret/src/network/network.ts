import { builtInActivations, type NamedTensor } from '@grokscope/model';

/** The sizes and choices of a model that measures depend on; a `ModelSpec` is one. */
export interface NetworkShape {
  readonly nLayers: number;
  readonly dModel: number;
  readonly nHeads: number;
  readonly dHead: number;
  /** 0: attention only. */
  readonly dMlp: number;
  readonly actFn: string;
  readonly normalization: string;
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
