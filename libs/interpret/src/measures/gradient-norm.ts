import { measured } from '@grokscope/schema';
import { sumOfSquares } from '../numerics/numbers.js';
import type { Measure } from './measure.js';

const value = measured.object({ total: measured.number(), byTensor: measured.byKey() }, 'total and byTensor');

/**
 * The Euclidean norm of the gradient of the training loss at these weights, on the batch that the next step sees (a full
 * batch: all training examples), in all and by tensor; before any clipping, filter or weight decay. It costs as much as a
 * training step at every look, and as much memory as one.
 */
export const gradientNorm = {
  name: 'gradientNorm',
  title: 'Gradient norm',
  formula: '‖∇L‖₂ of the training loss, all tensors together and each',
  unit: 'nats per unit of weight',
  range: [0, null],
  needs: ['gradients'],
  value,
  byName: 'everywhere',
  once: true,
  columns: [
    { path: 'total', note: 'Norm of the gradient of the training loss, all tensors together.' },
    { path: 'byTensor.*', note: 'Norm of the gradient of the tensor `{}`.' },
  ],
  curves: [{ of: 'total', name: 'gradientNorm', label: 'gradient norm', panel: 'own' }],
  of: ({ gradients }) => {
    if (!gradients) return undefined;
    const squares = gradients.map(({ name, data }) => [name, sumOfSquares(data)] as const);
    return {
      total: Math.sqrt(squares.reduce((sum, [, x]) => sum + x, 0)),
      byTensor: Object.fromEntries(squares.map(([name, x]) => [name, Math.sqrt(x)])),
    };
  },
} as const satisfies Measure<{ readonly total: number; readonly byTensor: Readonly<Record<string, number>> }>;
