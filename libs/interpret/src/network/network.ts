import { builtInActivations, type Activation as ActivationPart, type NamedTensor } from '@grokscope/model';

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
  /** Its nonlinearity; undefined where it is not known in float64. */
  readonly activation: Activation | undefined;
}

/** A network from named tensors. @param activations where its nonlinearity is found */
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

/** The nonlinearity of this name; undefined for one that is not among these, or is not known in float64. */
export const activationFunction = (
  actFn: string,
  activations: readonly ActivationPart[] = builtInActivations,
): Activation | undefined => activations.find(({ kind }) => kind === actFn)?.applyInPlace;
