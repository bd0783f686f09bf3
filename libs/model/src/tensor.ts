import type { Shape } from '@grokscope/base';

/** A trained tensor: its name, its shape, and its initial distribution. */
export interface ParameterInfo {
  /** As in files and snapshots: TransformerLens's name if it has one. */
  readonly name: string;
  /** TransformerLens layout, as in files and snapshots. */
  readonly shape: Shape;
  /** The layout in the graph: heads beside each other as columns, so that one product serves all heads. */
  readonly graphShape: Shape;
  /** Standard deviation of the initial weights; 0 for biases and normalisation. */
  readonly initialSpread: number;
  /** Their mean: 1 for normalisation's weights, else 0. */
  readonly initialMean: number;
}

/** A tensor outside the engine, in TransformerLens layout: row-major float32 with its name. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
}

/**
 * Describes a tensor that has the same layout in the graph as in files; initial weights are N(0, spread²) about `mean`.
 */
export const parameter = (
  name: string,
  shape: Shape,
  initialSpread: number,
  initialMean = 0,
): ParameterInfo => ({
  name,
  shape,
  graphShape: shape,
  initialSpread,
  initialMean,
});
