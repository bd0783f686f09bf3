import { ops, type Graph, type Tensor } from '@grokscope/graph';
import { functionCase, type ConformanceCase, type Draw } from './conformance.js';

/**
 * Logits whose losses run from e^60 to below 1e-12: each row's label is `margin` above (or below) the others. A loss
 * computed as log-softmax in float32 has a floor near 1e-7 and fails these cases.
 */
const MARGINS = [-90, -60, -40, -5, -1, 0, 1, 5, 10, 15, 20, 25, 28, 31];

function marginLogits(graph: Graph, draw: Draw, v: number): { logits: Tensor; labels: Tensor } {
  const n = MARGINS.length;
  const labels = Int32Array.from(MARGINS, (_, i) => (i * 5) % v);
  const shift = new Float32Array(n * v);
  MARGINS.forEach((margin, i) => (shift[i * v + labels[i]] = margin));
  const noise = draw.parameter('noise', [n, v], 0.5);
  return { logits: ops.add(noise, graph.constant(shift, [n, v])), labels: graph.constant(labels) };
}

const SIZES = [2, 13, 114];

/** The loss and its gradient over the whole range that occurs in grokking. */
export const lossCases: readonly ConformanceCase[] = SIZES.flatMap((v) => [
  functionCase({
    name: `crossEntropy over ${v} classes, from 1e-12 to 90, each entry`,
    build: (graph, draw) => {
      const { logits, labels } = marginLogits(graph, draw, v);
      return { outputs: { loss: ops.crossEntropy(logits, labels) }, updates: [] };
    },
    measure: 'entry',
    // Logits near 30 are themselves rounded to 2e-6, which the exponential turns into a relative error of the loss.
    tolerance: 6e-6,
  }),
  functionCase({
    name: `crossEntropyGradient over ${v} classes, each entry`,
    build: (graph, draw) => {
      const { logits, labels } = marginLogits(graph, draw, v);
      const dLoss = draw.parameter('dLoss', [MARGINS.length]);
      return { outputs: { d: ops.crossEntropyGradient(logits, labels, dLoss) }, updates: [] };
    },
    measure: 'entry',
    tolerance: 1.2e-5,
  }),
  functionCase({
    name: `stableMaxCrossEntropy over ${v} classes, each entry`,
    build: (graph, draw) => {
      const { logits, labels } = marginLogits(graph, draw, v);
      return { outputs: { loss: ops.stableMaxCrossEntropy(logits, labels) }, updates: [] };
    },
    measure: 'entry',
  }),
  functionCase({
    name: `stableMaxCrossEntropyGradient over ${v} classes, each entry`,
    build: (graph, draw) => {
      const { logits, labels } = marginLogits(graph, draw, v);
      const dLoss = draw.parameter('dLoss', [MARGINS.length]);
      return { outputs: { d: ops.stableMaxCrossEntropyGradient(logits, labels, dLoss) }, updates: [] };
    },
    measure: 'entry',
  }),
  functionCase({
    name: `isCorrect over ${v} classes`,
    build: (graph, draw) => {
      const { logits, labels } = marginLogits(graph, draw, v);
      return { outputs: { correct: ops.isCorrect(logits, labels) }, updates: [] };
    },
    tolerance: 0,
  }),
]);
