import { ops, type Tensor } from '@grokscope/graph';
import { attentionCases, headProductCases, tableCases } from './attention-cases.js';
import { functionCase, type ConformanceCase, type Draw } from './conformance.js';
import { op } from './op-case.js';

// Every op on odd, non-square shapes: sizes that are not a multiple of a vector, a tile or a texel.

const PRODUCTS: readonly (readonly [m: number, k: number, n: number])[] = [
  [1, 1, 1],
  [3, 5, 7],
  [6, 8, 16],
  [7, 33, 9],
  [13, 300, 17],
  [129, 48, 114],
  [31, 1201, 5],
  [1030, 46, 131],
  [203, 1101, 130],
];

const products = PRODUCTS.flatMap(([m, k, n]) =>
  [false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) =>
      op(
        `matmul ${m}×${k}·${k}×${n}${transposeA ? ', a transposed' : ''}${transposeB ? ', b transposed' : ''}`,
        (d) =>
          ops.matmul(
            d.parameter('a', transposeA ? [k, m] : [m, k]),
            d.parameter('b', transposeB ? [n, k] : [k, n]),
            {
              transposeA,
              transposeB,
            },
          ),
      ),
    ),
  ),
);

/** Values from −5 to 9 in equal steps. */
const spread = (d: Draw, shape: readonly [number, number]): Tensor =>
  d.state('x', shape, (i) => -5 + (14 * i) / (shape[0] * shape[1] - 1));

/** Values of both signs, with magnitudes from 1e-30 to 1e30 in equal ratios. */
const everySize = (d: Draw, name: string, shape: readonly [number, number]): Tensor =>
  d.state(name, shape, (i) => (-1) ** i * 10 ** (-30 + (60 * i) / (shape[0] * shape[1] - 1)));

/** Places may be drawn twice. */
const WITHIN: readonly (readonly [examples: number, nSelected: number, nRows: number])[] = [
  [1, 1, 1],
  [5, 3, 7],
  [67, 6, 17],
];

const rows: readonly ConformanceCase[] = [
  op('reshape 6×5 to 2×15', (d) => ops.reshape(d.parameter('x', [6, 5]), [2, 15])),
  op('reshape between two products', (d) =>
    ops.matmul(
      ops.reshape(ops.matmul(d.parameter('a', [6, 3]), d.parameter('b', [3, 10])), [12, 5]),
      d.parameter('c', [5, 7]),
    ),
  ),
  op('reshape as the result', (d) => ops.reshape(d.parameter('x', [6, 5]), [3, 10])),
  op('add 7×13', (d) => ops.add(d.parameter('x', [7, 13]), d.parameter('y', [7, 13]))),
  op('scale 5×3', (d) => ops.scale(d.parameter('x', [5, 3]), -0.37)),
  op('relu 9×11', (d) => ops.relu(d.parameter('x', [9, 11]))),
  op('reluGradient 9×11', (d) =>
    ops.reluGradient(d.parameter('dy', [9, 11]), ops.relu(d.parameter('x', [9, 11]))),
  ),
  op('multiply 7×13', (d) => ops.multiply(d.parameter('x', [7, 13]), d.parameter('y', [7, 13]))),
  op('divide 7×13', (d) =>
    ops.divide(
      d.parameter('x', [7, 13]),
      d.state('y', [7, 13], (i) => 0.3 + (i % 5)),
    ),
  ),
  op('squareRoot 5×7', (d) => ops.squareRoot(d.state('x', [5, 7], (i) => 1e-6 * i ** 4))),
  op('multiplyScalar 5×7, the factor a mean', (d) =>
    ops.multiplyScalar(d.parameter('x', [5, 7]), ops.mean(d.parameter('s', [3]))),
  ),
  op('scalars: root, quotient, product', (d) => {
    const s = ops.sumSquares(d.parameter('x', [11]));
    return ops.multiply(ops.divide(ops.mean(d.parameter('y', [3])), ops.squareRoot(s)), s);
  }),
  op('gelu 9×11', (d) => ops.gelu(d.parameter('x', [9, 11], 2))),
  op('gelu, each entry from −5 to 9', (d) => ops.gelu(spread(d, [23, 7])), { measure: 'entry' }),
  op('geluGradient 9×11', (d) => ops.geluGradient(d.parameter('dy', [9, 11]), d.parameter('x', [9, 11], 2))),
  op('normalizeRows 6×17', (d) => ops.normalizeRows(d.parameter('x', [6, 17]), 1e-5)),
  op(
    'normalizeRows 3×128, far from 0',
    (d) =>
      ops.normalizeRows(
        ops.addRow(
          d.parameter('x', [3, 128]),
          d.state('far', [128], () => 30),
        ),
        1e-5,
      ),
    { tolerance: 1e-5 },
  ),
  op('normalizeRows 5×1: zeros', (d) => ops.normalizeRows(d.parameter('x', [5, 1]), 1e-5)),
  op('normalizeRowsGradient 6×17', (d) =>
    ops.normalizeRowsGradient(d.parameter('dy', [6, 17]), d.parameter('x', [6, 17]), 1e-5),
  ),
  op('normalizeRowsGradient 37×48, large eps', (d) =>
    ops.normalizeRowsGradient(d.parameter('dy', [37, 48]), d.parameter('x', [37, 48]), 0.3),
  ),
  op('tanh 9×11', (d) => ops.tanh(d.parameter('x', [9, 11], 2))),
  op('tanh, each entry from −5 to 9', (d) => ops.tanh(spread(d, [23, 7])), { measure: 'entry' }),
  op('tanh, each entry from 1e-30 to 1e30', (d) => ops.tanh(everySize(d, 'x', [11, 23])), {
    measure: 'entry',
  }),
  op('tanhGradient 9×11', (d) => ops.tanhGradient(d.parameter('dy', [9, 11]), d.parameter('x', [9, 11], 2))),
  op(
    'tanhGradient, each entry from −5 to 9',
    (d) => ops.tanhGradient(d.parameter('dy', [23, 7]), spread(d, [23, 7])),
    { measure: 'entry' },
  ),
  op('tanhGradient from 1e-30 to 1e30', (d) =>
    ops.tanhGradient(d.parameter('dy', [11, 23]), everySize(d, 'x', [11, 23])),
  ),
  op('rmsNormalizeRows 6×17', (d) => ops.rmsNormalizeRows(d.parameter('x', [6, 17]), 1e-5)),
  op('rmsNormalizeRows 3×128, far from 0', (d) => {
    const far = d.state('far', [128], () => 30);
    return ops.rmsNormalizeRows(ops.addRow(d.parameter('x', [3, 128]), far), 1e-5);
  }),
  op('rmsNormalizeRows 5×1', (d) => ops.rmsNormalizeRows(d.parameter('x', [5, 1]), 1e-5)),
  op('rmsNormalizeRows 4×33 of values near 1e10', (d) =>
    ops.rmsNormalizeRows(d.parameter('x', [4, 33], 1e10), 1e-5),
  ),
  op('rmsNormalizeRows 301×7 of values as small as eps', (d) =>
    ops.rmsNormalizeRows(d.parameter('x', [301, 7], 3e-3), 1e-5),
  ),
  op('rmsNormalizeRows of zeros', (d) =>
    ops.rmsNormalizeRows(
      d.state('x', [2, 5], () => 0),
      1e-5,
    ),
  ),
  op('rmsNormalizeRowsGradient 6×17', (d) =>
    ops.rmsNormalizeRowsGradient(d.parameter('dy', [6, 17]), d.parameter('x', [6, 17]), 1e-5),
  ),
  op('rmsNormalizeRowsGradient 37×48, large eps', (d) =>
    ops.rmsNormalizeRowsGradient(d.parameter('dy', [37, 48]), d.parameter('x', [37, 48]), 0.3),
  ),
  op('rmsNormalizeRowsGradient 5×1, large eps', (d) =>
    ops.rmsNormalizeRowsGradient(d.parameter('dy', [5, 1]), d.parameter('x', [5, 1]), 0.3),
  ),
  op('rmsNormalizeRowsGradient 4×33 of values near 1e10', (d) =>
    ops.rmsNormalizeRowsGradient(d.parameter('dy', [4, 33]), d.parameter('x', [4, 33], 1e10), 1e-5),
  ),
  op('multiplyRow 6×17', (d) => ops.multiplyRow(d.parameter('x', [6, 17]), d.parameter('row', [17]))),
  op('multiplyRow 5×32', (d) => ops.multiplyRow(d.parameter('x', [5, 32]), d.parameter('row', [32]))),
  op('addRow 6×17', (d) => ops.addRow(d.parameter('x', [6, 17]), d.parameter('row', [17]))),
  op('sumRows 301×19', (d) => ops.sumRows(d.parameter('x', [301, 19]))),
  op('gather 5 of 23×13 rows, index given at run time', (d) =>
    ops.gather(d.parameter('t', [23, 13]), d.index('i', 5, 23)),
  ),
  op('gather 41 of 7×9 rows, constant index', (d) =>
    ops.gather(d.parameter('t', [7, 9]), d.constantIndex(41, 7)),
  ),
  op('scatterAdd 211×13 into 23 rows, index given at run time', (d) =>
    ops.scatterAdd(d.parameter('x', [211, 13]), d.index('i', 211, 23), 23),
  ),
  op('scatterAdd 211×9 into 29 rows (some stay zero), constant index', (d) =>
    ops.scatterAdd(d.parameter('x', [211, 9]), d.constantIndex(211, 17), 29),
  ),
  ...WITHIN.flatMap(([examples, nSelected, nRows]) => {
    const label = `${nSelected} of ${nRows} rows, ${examples} examples`;
    const rowsWithin = (d: Draw): Tensor =>
      ops.rowsWithin(d.index('place', examples * nSelected, nRows), { nSelected, nRows });
    return [
      op(`rowsWithin, ${label}`, rowsWithin, { tolerance: 0 }),
      op(`gather at rowsWithin, ${label}`, (d) =>
        ops.gather(d.parameter('x', [examples * nRows, 7]), rowsWithin(d)),
      ),
      op(`scatterAdd at rowsWithin, ${label}`, (d) =>
        ops.scatterAdd(d.parameter('x', [examples * nSelected, 12]), rowsWithin(d), examples * nRows),
      ),
      op(`scatterAdd at rowsWithin, ${label}, into more rows than there are`, (d) =>
        ops.scatterAdd(d.parameter('x', [examples * nSelected, 5]), rowsWithin(d), examples * nRows + 3),
      ),
    ];
  }),
  op('mean of 37×3', (d) => ops.mean(d.parameter('x', [37, 3]))),
  op('sumSquares of 37×31', (d) => ops.sumSquares(d.parameter('x', [37, 31]))),
  op('fill 5×3 from a mean', (d) => ops.fill(ops.mean(d.parameter('x', [5])), [5, 3], 0.25)),
  op('mean of a scalar-sized tensor', (d) => ops.mean(d.parameter('x', [1]))),
];

/** An op with a result and one update, which checks that values come first, then updates, and every feed in order. */
const update = functionCase({
  name: 'adamW 3 steps on 5×7, loss of the weights before the step',
  build: (graph, d) => {
    const w = d.parameter('w', [5, 7]);
    const gradient = ops.scale(w, 2);
    const m = d.state('m', [5, 7], () => 0);
    const v = d.state('v', [5, 7], () => 0);
    const hyper = graph.input('hyper', [8]);
    return { outputs: { loss: ops.sumSquares(w), w }, updates: [ops.adamW(w, gradient, m, v, hyper)] };
  },
  feeds: [1, 2, 3].map((t) => ({
    hyper: [0.01, 0.1 / (1 - 0.9 ** t), 0.9, 1 - 0.9, 0.98, 1 - 0.98, 1 / Math.sqrt(1 - 0.98 ** t), 1e-8].map(
      Math.fround,
    ),
  })),
});

/** Values that depend on states are all computed before any of them changes. */
const assigned = functionCase({
  name: 'assign to two tensors from each other, 3 times',
  build: (_, d) => {
    const [x, y] = [d.parameter('x', [5, 7]), d.state('y', [5, 7], (i) => i / 9)];
    const updates = [ops.assign(x, ops.add(ops.scale(x, 0.9), y)), ops.assign(y, ops.scale(x, -0.4))];
    return { outputs: { x, sum: ops.sumSquares(y) }, updates };
  },
  feeds: [{}, {}, {}],
});

/** One or more cases for every op. */
export const opCases: readonly ConformanceCase[] = [
  ...products,
  ...headProductCases,
  ...attentionCases,
  ...tableCases,
  ...rows,
  update,
  assigned,
];
