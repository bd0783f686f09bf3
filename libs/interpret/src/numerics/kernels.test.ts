import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { kernelsBinary } from './kernels-binary.js';
import { loadKernels } from './kernels.js';

it('runs the kernels that their source compiles to', () => {
  const script = fileURLToPath(new URL('../../scripts/compile-kernels.mjs', import.meta.url));
  const compiled = execFileSync(process.execPath, [script, '--print'], { encoding: 'utf8' });
  expect(compiled, 'run scripts/compile-kernels.mjs').toBe(kernelsBinary);
});

it('takes exponentials within two units in the last place, from the least normal number to the largest', () => {
  const { exponentials, places } = loadKernels()!;
  const values = Float64Array.from(
    { length: 20_000 },
    (_, i) => -708 + (1417 * i) / 20_000 + 1e-3 * Math.sin(i),
  );
  const [x] = places(values.length);
  x.set(values);
  exponentials(x.byteOffset, x.length);
  const worst = values.reduce((most, value, i) => Math.max(most, Math.abs(x[i] / Math.exp(value) - 1)), 0);
  expect(worst).toBeLessThan(2 * Number.EPSILON);
  x.set([-708.5, -1e300, -Infinity, 0]);
  exponentials(x.byteOffset, 4);
  expect([...x.subarray(0, 4)]).toEqual([0, 0, 0, 1]);
});
