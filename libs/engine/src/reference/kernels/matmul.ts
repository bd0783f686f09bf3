import type { Kernel } from '../kernel.js';

/** out (M,N) = op(a)·op(b), inner size K; op transposes if its flag is set. */
export const matmul: Kernel<'matmul'> = ({
  out,
  operands: [a, b],
  attributes: { transposeA, transposeB },
  shape: [m, n],
}) => {
  const k = a.length / m;
  const [rowOfA, columnOfA] = transposeA ? [1, m] : [k, 1];
  const [rowOfB, columnOfB] = transposeB ? [1, k] : [n, 1];
  out.fill(0);
  for (let i = 0; i < m; i++)
    for (let l = 0; l < k; l++) {
      const x = a[i * rowOfA + l * columnOfA];
      for (let j = 0; j < n; j++) out[i * n + j] += x * b[l * rowOfB + j * columnOfB];
    }
};
