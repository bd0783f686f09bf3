import type { Tensors } from '@grokscope/formats';

/** A tensor's values and shape. */
interface Seen {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** What the weights alone do not determine. */
export interface HookedConfig {
  readonly nLayers: number;
  readonly activation: (x: number) => number;
  readonly normalization: 'none' | 'layerNorm' | 'rmsNorm';
  readonly isCausal: boolean;
}

type Row = readonly number[];

const EPS = 1e-5;
const sum = (x: Row): number => x.reduce((total, value) => total + value, 0);
const plus = (x: Row, y: Row): Row => x.map((value, i) => value + y[i]!);

/**
 * The logits of every position of one sequence, as TransformerLens's `HookedTransformer` computes them from a state
 * dict: plain loops in float64 over the tensors of a file, sharing nothing with the graph. Learned positions, softmax
 * attention.
 */
export function hookedForward(
  file: Tensors,
  { nLayers, activation, normalization, isCausal }: HookedConfig,
  tokens: Row,
): readonly Row[] {
  const has = (name: string): boolean => Object.hasOwn(file, name);
  const tensor = (name: string): Seen => file[name] as Seen;
  const rowOf = ({ shape, data }: Seen, row: number): Row => {
    const width = shape.at(-1)!;
    return Array.from({ length: width }, (_, i) => data[row * width + i]!);
  };
  /** x·W + b, where W is matrix number `at` of a tensor of several. */
  const map = (x: Row, W: Seen, b: Row | undefined, at = 0): Row => {
    const [rows, columns] = W.shape.slice(-2) as [number, number];
    return Array.from({ length: columns }, (_, c) => {
      let total = b?.[c] ?? 0;
      for (let r = 0; r < rows; r++) total += x[r]! * W.data[(at * rows + r) * columns + c]!;
      return total;
    });
  };
  const bias = (name: string, row = 0): Row | undefined => (has(name) ? rowOf(tensor(name), row) : undefined);
  const normalized = (x: Row, name: string): Row => {
    if (normalization === 'none') return x;
    const mean = normalization === 'layerNorm' ? sum(x) / x.length : 0;
    const centred = x.map((value) => value - mean);
    const scale = Math.sqrt(sum(centred.map((value) => value ** 2)) / x.length + EPS);
    const [w, b] = [rowOf(tensor(`${name}.w`), 0), bias(`${name}.b`)];
    return centred.map((value, i) => (value / scale) * w[i]! + (b?.[i] ?? 0));
  };
  let residual: readonly Row[] = tokens.map((token, t) =>
    plus(rowOf(tensor('embed.W_E'), token), rowOf(tensor('pos_embed.W_pos'), t)),
  );
  for (let layer = 0; layer < nLayers; layer++) {
    const name = (of: string): string => `blocks.${layer}.${of}`;
    const [nHeads, , dHead] = tensor(name('attn.W_Q')).shape as [number, number, number];
    const read = residual.map((x) => normalized(x, name('ln1')));
    for (let h = 0; h < nHeads; h++) {
      const [q, k, v] = ['Q', 'K', 'V'].map((letter) =>
        read.map((x) => map(x, tensor(name(`attn.W_${letter}`)), bias(name(`attn.b_${letter}`), h), h)),
      ) as [Row[], Row[], Row[]];
      residual = residual.map((x, t) => {
        const seen = isCausal ? t + 1 : tokens.length;
        const scores = k
          .slice(0, seen)
          .map((key) => sum(key.map((value, i) => value * q[t]![i]!)) / Math.sqrt(dHead));
        const shares = scores.map((score) => Math.exp(score - Math.max(...scores)));
        const z = Array.from(
          { length: dHead },
          (_, i) => sum(shares.map((share, at) => share * v[at]![i]!)) / sum(shares),
        );
        return plus(x, map(z, tensor(name('attn.W_O')), undefined, h));
      });
    }
    const b_O = bias(name('attn.b_O'));
    if (b_O) residual = residual.map((x) => plus(x, b_O));
    if (!has(name('mlp.W_in'))) continue;
    residual = residual.map((x) => {
      const pre = map(normalized(x, name('ln2')), tensor(name('mlp.W_in')), bias(name('mlp.b_in')));
      return plus(x, map(pre.map(activation), tensor(name('mlp.W_out')), bias(name('mlp.b_out'))));
    });
  }
  return residual.map((x) => map(normalized(x, 'ln_final'), tensor('unembed.W_U'), bias('unembed.b_U')));
}
