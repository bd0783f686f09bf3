import type { Shape } from '@grokscope/base';

/** Element types: `f32` stands for "real number" (the reference engine computes it in float64), `i32` for an index. */
export type DType = 'f32' | 'i32';

/** Sizes that the three attention ops share: rows of queries and keys are grouped by example. */
export interface AttentionSizes {
  readonly nHeads: number;
  /** Query rows of each example, consecutive: row `b*nQueries + q`. */
  readonly nQueries: number;
  /** Key rows of each example, consecutive: row `b*nKeys + k`. */
  readonly nKeys: number;
}

/**
 * Every op with its attributes. Operands and results are dense and row-major; N, D, V… are read off the operands.
 * B examples, Tq = nQueries, Tk = nKeys, H = nHeads, dH = width of one head.
 */
export interface OpAttributes {
  /** Trained tensor, kept between runs and shared by name between the functions of one program. */
  parameter: { readonly name: string };
  /** Tensor kept between runs that is not trained (optimizer moments). */
  state: { readonly name: string };
  /** Tensor the caller may set before each run; keeps its last value. */
  input: { readonly name: string };
  /** Fixed values: index tables, labels. */
  constant: { readonly values: Float32Array | Int32Array };

  /** `(x, y) → x + y`, equal shapes. */
  add: NoAttributes;
  /** `x → factor · x`. */
  scale: { readonly factor: number };
  /** `x → max(x, 0)`. */
  relu: NoAttributes;
  /** `(dy, y = relu(x)) → dy where y > 0, else 0`. */
  reluGradient: NoAttributes;
  /** `(x, y) → x · y` entry by entry, equal shapes. */
  multiply: NoAttributes;
  /** `(x, y) → x / y` entry by entry, equal shapes. */
  divide: NoAttributes;
  /** `x → √x` entry by entry. */
  squareRoot: NoAttributes;
  /** `(x, s []) → s · x`. */
  scaleBy: NoAttributes;
  /** `x → x·Φ(x)`, Φ the normal distribution function: the exact form, ½x(1 + erf(x/√2)). Source: Hendrycks & Gimpel, arXiv:1606.08415. */
  gelu: NoAttributes;
  /** `(dy, x) → dy · (Φ(x) + x·φ(x))`, φ the normal density. */
  geluGradient: NoAttributes;
  /** `x [N,D] → (x − mean)/√(variance + eps)` of each row, variance over D: layer normalisation without weights. Source: Ba et al., arXiv:1607.06450. */
  normalizeRows: { readonly eps: number };
  /** `(dy [N,D], x [N,D]) → [N,D]`: the gradient of `y = normalizeRows(x)`, `(dy − mean(dy) − y·mean(dy·y))/√(variance + eps)`. */
  normalizeRowsGradient: { readonly eps: number };
  /** `(x [N,D], row [D]) → x[i,:] · row`. */
  multiplyRow: NoAttributes;
  /** `(x [N,D], row [D]) → x[i,:] + row`. */
  addRow: NoAttributes;
  /** `x [N,D] → [D]`: sum over the rows. */
  sumRows: NoAttributes;
  /** `(table [V,D], index i32 [N]) → [N,D]`: row `index[i]` of the table. */
  gather: NoAttributes;
  /**
   * `place i32 [B·S] → i32 [B·S]`: entry i is `floor(i/S)·nRows + place[i]`, S = nSelected: rows of a value `[B·nRows, D]`
   * from where they stand in their example, the same number of every example. An index whose entries are known at run
   * time alone, but of which the graph knows that it goes example by example.
   */
  rowsWithin: { readonly nSelected: number; readonly nRows: number };
  /** `(x [N,D], index i32 [N]) → [rows,D]`: row v is the sum of the x[i,:] with index[i] = v. */
  scatterAdd: { readonly rows: number };
  /** `(a, b) → op(a)·op(b)`, 2-D, where op transposes if the flag is set. */
  matmul: { readonly transposeA: boolean; readonly transposeB: boolean };

  /** `(q [B·Tq, H·dH], k [B·Tk, H·dH]) → [B·Tq, H·Tk]`: `scale · q_h · k_h` for each query, head and key of the example. */
  attentionScores: AttentionSizes & { readonly scale: number };
  /** `(s [R, H·Tk], lastKey i32 [R]) → [R, H·Tk]`: softmax over keys 0..lastKey[r] of each head, 0 for later keys. */
  attentionSoftmax: { readonly nHeads: number };
  /** `(dy, y = softmax) → y · (dy − Σ_k dy·y)` for each row and head. */
  attentionSoftmaxGradient: { readonly nHeads: number };
  /** `(a [B·Tq, H·Tk], v [B·Tk, H·dH]) → [B·Tq, H·dH]`: `Σ_k a[q,h,k] v[k,h,:]`. */
  attentionMix: AttentionSizes;
  /** `(a [B·Tq, H·Tk], x [B·Tq, H·dH]) → [B·Tk, H·dH]`: `Σ_q a[q,h,k] x[q,h,:]`. */
  attentionMixTransposed: AttentionSizes;

  /** The same values in another shape. */
  reshape: { readonly shape: Shape };
  /**
   * A product for each head: `(x [U, H·K], w [H·K, D]) → [U, H·D]`, block h being `x_h·w_h` with x_h columns h·K… of x
   * and w_h rows h·K… of w. With transposeB `(x [U, H·D], w [H·K, D]) → [U, H·K]`, block h being `x_h·w_hᵀ`.
   */
  headMatmul: { readonly nHeads: number; readonly transposeB: boolean };
  /** `(x [U, H·K], y [U, H·D]) → [H·K, D]`: row block h is `x_hᵀ·y_h`. */
  headMatmulWeights: { readonly nHeads: number };
  /** `(a [B·Tq, H·Tk], table [U, H·D], index i32 [B·Tk]) → [B·Tq, D]`: `Σ_k Σ_h a[q,h,k] table[index[k], h, :]`. */
  tableMix: AttentionSizes;
  /** `(dy [B·Tq, D], table [U, H·D], index i32 [B·Tk]) → [B·Tq, H·Tk]`: `dy[q] · table[index[k], h, :]`. */
  tableMixWeights: AttentionSizes;
  /** `(a [B·Tq, H·Tk], dy [B·Tq, D], index i32 [B·Tk]) → [rows, H·D]`: row u, head h is `Σ_{q,k: index[k]=u} a[q,h,k] dy[q]`. */
  tableMixTable: AttentionSizes & { readonly rows: number };
  /** `(s [Uq, H·Uk], q i32 [B·Tq], k i32 [B·Tk]) → [B·Tq, H·Tk]`: the score of each query's and key's table rows. */
  gatherScores: AttentionSizes;
  /** `(d [B·Tq, H·Tk], q i32 [B·Tq], k i32 [B·Tk]) → [queryRows, H·keyRows]`: sums d over the pairs of table rows. */
  scatterScores: AttentionSizes & { readonly queryRows: number; readonly keyRows: number };

  /** `(logits [N,V], labels i32 [N]) → [N]`: −log softmax at the label, stable down to 1e-12 and past 88 (REFERENCES: written by differences d_i = l_i − l_y). */
  crossEntropy: NoAttributes;
  /** `(logits [N,V], labels i32 [N], dLoss [N]) → [N,V]`: `dLoss · (softmax − onehot)`, the label's entry being −Σ of the others. */
  crossEntropyGradient: NoAttributes;
  /** `(logits [N,V], labels i32 [N]) → [N]`: −log(s_y/Σ s_i), s(x) = x + 1 for x ≥ 0, 1/(1 − x) below; written as log1p(Σ_{i≠y} s_i / s_y). Source: Prieto et al., arXiv:2501.04697, §4.1. */
  stableMax: NoAttributes;
  /** `(logits [N,V], labels i32 [N], dLoss [N]) → [N,V]`: `dLoss · s_i/Σs / (1 + |l_i|)`, at the label with −Σ of the others' s in place of s. */
  stableMaxGradient: NoAttributes;
  /** `(logits [N,V], labels i32 [N]) → [N]`: 1 where the label's logit is the largest (first of equals), else 0. */
  isCorrect: NoAttributes;
  /** `x → []`: mean over all entries. */
  mean: NoAttributes;
  /** `s [] → shape`: every entry is `factor · s`. */
  fill: { readonly shape: Shape; readonly factor: number };
  /** `x → []`: Σ x². */
  sumSquares: NoAttributes;

  /**
   * `(parameter, gradient, m, v, hyper [8 or more]) → []`: one AdamW step, in place on parameter, m and v.
   * hyper begins with [lr·weightDecay, lr/(1−β1^t), β1, 1−β1, β2, 1−β2, 1/√(1−β2^t), eps]:
   * m ← β1 m + (1−β1) g; v ← β2 v + (1−β2) g²; w ← w − hyper0·w − hyper1·m/(√v·hyper6 + eps).
   */
  adamW: NoAttributes;
  /** `(target, value) → []`: the parameter or state `target` takes the value, of its shape. */
  assign: NoAttributes;
}

export type NoAttributes = Readonly<Record<string, never>>;
export type Op = keyof OpAttributes;

/** One op applied to earlier nodes. Ids are positions in the graph: inputs always have smaller ids. */
export type GraphNode = {
  [O in Op]: {
    readonly id: number;
    readonly op: O;
    readonly inputs: readonly number[];
    readonly attributes: OpAttributes[O];
    readonly shape: Shape;
    readonly dtype: DType;
  };
}[Op];

/** A node of one op, with its attributes typed. */
export type NodeOf<O extends Op> = Extract<GraphNode, { readonly op: O }>;

/** The element type of an op's result. */
export const resultType = (op: Op): DType => (op === 'rowsWithin' ? 'i32' : 'f32');

/** Ops that change persistent tensors: which operands they overwrite. They run after everything else. */
export const UPDATED_OPERANDS: Partial<Record<Op, readonly number[]>> = { adamW: [0, 2, 3], assign: [0] };

/** True for ops that write to persistent tensors instead of producing a value. */
export const isUpdate = (op: Op): boolean => op in UPDATED_OPERANDS;

/** True for nodes whose values exist before the run: parameters, states, inputs and constants. */
export const isLeaf = (op: Op): boolean =>
  op === 'parameter' || op === 'state' || op === 'input' || op === 'constant';
