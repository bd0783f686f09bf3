// The interpreter: every thread runs its share of the same instructions over one memory; the threads meet after each
// phase. The words of an instruction are documented in src/opcodes.ts; shapes and indices were checked when it was
// written.
import { FOLLOWERS, NO_BARRIER, Opcode, SUM_CHUNK, TAKEN, WORDS } from '../src/opcodes';
import { attentionValues, attentionValuesTransposed } from './attention-values';
import { attentionScores } from './attention-scores';
import { attentionSoftmax, attentionSoftmaxGradient } from './attention-softmax';
import { attentionTogether } from './attention-together';
import { barrier } from './barrier';
import { adamW, add, divide, fill, multiply, relu, reluGradient, scale, squareRoot } from './elementwise';
import { gelu, geluGradient } from './gelu';
import { crossEntropy, crossEntropyGradient, isCorrect } from './loss';
import { matmul } from './matmul';
import { normalizeRows, normalizeRowsGradient } from './normalize';
import { rmsNormalizeRows, rmsNormalizeRowsGradient } from './rms-normalize';
import { gather, groupByValue, rowsWithin, scatterAdd, sumRows } from './rows';
import { shareStart } from './simd';
import { stableMaxCrossEntropy, stableMaxCrossEntropyGradient } from './stable-max';
import { partialSums, total } from './sum';
import { groupEntries, tableMixTable } from './table-gradient';
import { tableMix } from './table-mix';
import { gatherScores, scatterScores } from './table-scores';
import { tableMixWeights } from './table-weights';
import { take, takenEnd } from './take';
import { tanh, tanhGradient } from './tanh';
import { address, real, word } from './words';

export { tile } from './tile';

/** At least one cache line of elements: threads share elementwise work in groups of this size. */
const ELEMENTS: i32 = 64;
/** Group of columns in which threads share sums over rows. */
const COLUMNS: i32 = 32;
/** Group of table columns in which threads share the table's gradient. */
const TABLE_COLUMNS: i32 = 8;

/** Runs `count` instructions as thread `t` of `threads`; `gate` is the barrier's three words. */
export function run(program: usize, count: i32, t: i32, threads: i32, gate: usize): void {
  const end = program + (<usize>count * WORDS << 2);
  for (let at = program; at < end; at += WORDS << 2) {
    if (word(at, FOLLOWERS)) {
      attentionTogether(at, t, threads);
      at += <usize>(word(at, FOLLOWERS) * WORDS) << 2;
    } else step(at, t, threads, gate);
    if (word(at, NO_BARRIER) == 0) barrier(gate, threads);
  }
  // All threads are done: no thread takes rows until the next run.
  if (t == 0) for (let at = program; at < end; at += WORDS << 2) store<i32>(at + (TAKEN << 2), 0);
}

/** The begin and end of this thread's share of `n`, in groups. */
let start: i32 = 0;
let stop: i32 = 0;

function share(n: i32, group: i32, t: i32, threads: i32): void {
  start = shareStart(n, group, t, threads);
  stop = shareStart(n, group, t + 1, threads);
}

function step(p: usize, t: i32, threads: i32, gate: usize): void {
  const out = address(p, 1);
  const x = address(p, 2);
  const y = address(p, 3);
  switch (word(p, 0)) {
    case Opcode.Add: {
      share(word(p, 4), ELEMENTS, t, threads);
      const from = <usize>start << 2;
      return add(out + from, x + from, y + from, stop - start);
    }
    case Opcode.Scale: {
      share(word(p, 4), ELEMENTS, t, threads);
      const from = <usize>start << 2;
      return scale(out + from, x + from, real(p, 3), stop - start);
    }
    case Opcode.Relu: {
      share(word(p, 3), ELEMENTS, t, threads);
      const from = <usize>start << 2;
      return relu(out + from, x + from, stop - start);
    }
    case Opcode.ReluGradient: {
      share(word(p, 4), ELEMENTS, t, threads);
      const from = <usize>start << 2;
      return reluGradient(out + from, x + from, y + from, stop - start);
    }
    case Opcode.AddRow: {
      share(word(p, 4), 1, t, threads);
      const columns = word(p, 5);
      for (let r = start; r < stop; ++r) {
        const from = (<usize>r * <usize>columns) << 2;
        add(out + from, x + from, y, columns);
      }
      return;
    }
    case Opcode.SumRows: {
      share(word(p, 4), COLUMNS, t, threads);
      return sumRows(out, x, word(p, 3), word(p, 4), start, stop);
    }
    case Opcode.Gather: {
      share(word(p, 4), 1, t, threads);
      return gather(out, x, y, word(p, 5), start, stop);
    }
    case Opcode.ScatterAdd: {
      const values = word(p, 6);
      const positions = address(p, 7) + (<usize>(values + 1) << 2);
      if (t == 0) groupByValue(y, word(p, 4), values, address(p, 7), positions);
      barrier(gate, threads);
      share(word(p, 5), COLUMNS, t, threads);
      return scatterAdd(out, x, address(p, 7), positions, values, word(p, 5), start, stop);
    }
    case Opcode.Matmul:
      return matmul(p, address(p, 10) + <usize>t * <usize>word(p, 11), t, threads, gate);
    case Opcode.AttentionScores:
      return attentionScores(p, address(p, 10) + <usize>t * address(p, 11), threads);
    case Opcode.AttentionSoftmax:
      return attentionSoftmax(p, threads);
    case Opcode.AttentionSoftmaxGradient:
      return attentionSoftmaxGradient(p, threads);
    case Opcode.AttentionValues:
      return attentionValues(p, threads);
    case Opcode.AttentionValuesTransposed:
      return attentionValuesTransposed(p, threads);
    case Opcode.TableMix: {
      const addend = address(p, 12);
      const bias = address(p, 10);
      const relu = word(p, 11) != 0;
      const index = address(p, 4);
      const columns = word(p, 9);
      for (let r = take(p, word(p, 5), 0, threads); r >= 0; r = take(p, word(p, 5), 0, threads))
        tableMix(out, x, y, index, word(p, 6), word(p, 7), word(p, 8), columns, addend, bias, relu, r, takenEnd);
      return;
    }
    case Opcode.TableMixWeights: {
      const index = address(p, 4);
      for (let r = take(p, word(p, 5), 0, threads); r >= 0; r = take(p, word(p, 5), 0, threads))
        tableMixWeights(out, x, y, index, word(p, 6), word(p, 7), word(p, 8), word(p, 9), r, takenEnd);
      return;
    }
    case Opcode.TableMixTable: {
      const index = address(p, 4);
      const groups = address(p, 11);
      if (index) {
        if (t == 0) groupEntries(index, groups, word(p, 5), word(p, 6), word(p, 7), word(p, 8), word(p, 10));
        barrier(gate, threads);
      }
      share(word(p, 9), TABLE_COLUMNS, t, threads);
      return tableMixTable(out, x, y, groups, word(p, 6), word(p, 8), word(p, 9), word(p, 10), start, stop);
    }
    case Opcode.GatherScores: {
      share(word(p, 5), 1, t, threads);
      return gatherScores(out, x, y, address(p, 4), word(p, 6), word(p, 7), word(p, 8), word(p, 9), start, stop);
    }
    case Opcode.ScatterScores: {
      share(word(p, 6), 1, t, threads);
      return scatterScores(out, x, y, p, start, stop);
    }
    case Opcode.CrossEntropy: {
      share(word(p, 4), 1, t, threads);
      return crossEntropy(out, x, y, word(p, 5), start, stop);
    }
    case Opcode.CrossEntropyGradient: {
      for (let r = take(p, word(p, 5), 0, threads); r >= 0; r = take(p, word(p, 5), 0, threads))
        crossEntropyGradient(out, x, y, address(p, 4), word(p, 6), r, takenEnd);
      return;
    }
    case Opcode.IsCorrect: {
      share(word(p, 4), 1, t, threads);
      return isCorrect(out, x, y, word(p, 5), start, stop);
    }
    case Opcode.Sum: {
      const chunks = (word(p, 3) + SUM_CHUNK - 1) / SUM_CHUNK;
      share(chunks, 1, t, threads);
      partialSums(address(p, 5), x, word(p, 3), word(p, 4) != 0, start, stop);
      barrier(gate, threads);
      if (t == 0) store<f32>(out, total(address(p, 5), chunks, load<f64>(p, 24)));
      return;
    }
    case Opcode.Fill: {
      share(word(p, 4), ELEMENTS, t, threads);
      return fill(out + (<usize>start << 2), load<f32>(x) * real(p, 3), stop - start);
    }
    case Opcode.AdamW: {
      share(word(p, 6), ELEMENTS, t, threads);
      const from = <usize>start << 2;
      return adamW(out + from, x + from, y + from, address(p, 4) + from, address(p, 5), stop - start);
    }
    case Opcode.Multiply: {
      share(word(p, 4), ELEMENTS, t, threads);
      const from = <usize>start << 2;
      return multiply(out + from, x + from, y + from, stop - start);
    }
    case Opcode.Divide: {
      share(word(p, 4), ELEMENTS, t, threads);
      const from = <usize>start << 2;
      return divide(out + from, x + from, y + from, stop - start);
    }
    case Opcode.SquareRoot: {
      share(word(p, 3), ELEMENTS, t, threads);
      const from = <usize>start << 2;
      return squareRoot(out + from, x + from, stop - start);
    }
    case Opcode.MultiplyScalar: {
      share(word(p, 4), ELEMENTS, t, threads);
      const from = <usize>start << 2;
      return scale(out + from, x + from, load<f32>(y), stop - start);
    }
    case Opcode.Gelu: {
      share(word(p, 3), ELEMENTS, t, threads);
      const from = <usize>start << 2;
      return gelu(out + from, x + from, stop - start);
    }
    case Opcode.GeluGradient: {
      share(word(p, 4), ELEMENTS, t, threads);
      const from = <usize>start << 2;
      return geluGradient(out + from, x + from, y + from, stop - start);
    }
    case Opcode.NormalizeRows: {
      share(word(p, 3), 1, t, threads);
      return normalizeRows(out, x, word(p, 4), real(p, 5), start, stop);
    }
    case Opcode.NormalizeRowsGradient: {
      share(word(p, 4), 1, t, threads);
      return normalizeRowsGradient(out, x, y, word(p, 5), real(p, 6), start, stop);
    }
    case Opcode.MultiplyRow: {
      share(word(p, 4), 1, t, threads);
      const columns = word(p, 5);
      for (let r = start; r < stop; ++r) {
        const from = (<usize>r * <usize>columns) << 2;
        multiply(out + from, x + from, y, columns);
      }
      return;
    }
    case Opcode.StableMaxCrossEntropy: {
      share(word(p, 4), 1, t, threads);
      return stableMaxCrossEntropy(out, x, y, word(p, 5), start, stop);
    }
    case Opcode.StableMaxCrossEntropyGradient: {
      share(word(p, 5), 1, t, threads);
      return stableMaxCrossEntropyGradient(out, x, y, address(p, 4), word(p, 6), start, stop);
    }
    case Opcode.RowsWithin: {
      share(word(p, 3), ELEMENTS, t, threads);
      return rowsWithin(out, x, word(p, 4), word(p, 5), start, stop);
    }
    case Opcode.RmsNormalizeRows: {
      share(word(p, 3), 1, t, threads);
      return rmsNormalizeRows(out, x, word(p, 4), real(p, 5), start, stop);
    }
    case Opcode.RmsNormalizeRowsGradient: {
      share(word(p, 4), 1, t, threads);
      return rmsNormalizeRowsGradient(out, x, y, word(p, 5), real(p, 6), start, stop);
    }
    case Opcode.Tanh: {
      share(word(p, 3), ELEMENTS, t, threads);
      const from = <usize>start << 2;
      return tanh(out + from, x + from, stop - start);
    }
    case Opcode.TanhGradient: {
      share(word(p, 4), ELEMENTS, t, threads);
      const from = <usize>start << 2;
      return tanhGradient(out + from, x + from, y + from, stop - start);
    }
    default:
      unreachable();
  }
}
