import { ops, type Tensor } from '@grokscope/graph';

/** The longest wave of positions is this many times 2π tokens long. Source: Vaswani et al., arXiv:1706.03762. */
const BASE = 10_000;

/**
 * Returns the [nCtx, dModel] waves that encode positions: sine and cosine of t/10000^(2i/dModel) beside each other.
 * They are as large as trained position vectors initially are (the root of the mean square is scale/√dModel), where the
 * source multiplies embeddings by √dModel. Source: Vaswani et al., arXiv:1706.03762, section 3.5.
 */
export function sinusoids(nCtx: number, dModel: number, scale: number): Float32Array {
  const amplitude = scale * Math.sqrt(2 / dModel);
  return Float32Array.from({ length: nCtx * dModel }, (_, at) => {
    const i = at % dModel;
    const angle = Math.floor(at / dModel) / BASE ** ((2 * Math.floor(i / 2)) / dModel);
    return amplitude * (i % 2 === 0 ? Math.sin(angle) : Math.cos(angle));
  });
}

/**
 * Rotates queries or keys `x [N·nCtx, nHeads·dHead]` by their position: in each head, coordinates i and i + dHead/2 by
 * the angle t/10000^(2i/dHead). Source: Su et al., arXiv:2104.09864; the pairs of TransformerLens
 * (`rotary_adjacent_pairs: False`).
 */
export function rotate(x: Tensor, positions: Tensor, nCtx: number, nHeads: number, dHead: number): Tensor {
  const { graph } = x;
  const width = nHeads * dHead;
  const half = dHead / 2;
  const angles = (f: (angle: number) => number): Tensor => {
    const table = Float32Array.from({ length: nCtx * width }, (_, at) => {
      const i = (at % dHead) % half;
      return f(Math.floor(at / width) / BASE ** ((2 * i) / dHead));
    });
    return ops.gather(graph.constant(table, [nCtx, width]), positions);
  };
  // x·turn has −x[i + half] at i and x[i] at i + half, head by head.
  const turn = new Float32Array(width * width);
  for (let column = 0; column < width; column++) {
    const i = column % dHead;
    const [row, sign] = i < half ? [column + half, -1] : [column - half, 1];
    turn[row * width + column] = sign;
  }
  const turned = ops.matmul(x, graph.constant(turn, [width, width]));
  return ops.add(ops.multiply(x, angles(Math.cos)), ops.multiply(turned, angles(Math.sin)));
}
