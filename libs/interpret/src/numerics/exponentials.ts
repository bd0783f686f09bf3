import { loadKernels } from './kernels.js';

/** Values copied into the kernel's memory at a time: 256 KB. */
const CHUNK = 1 << 15;

/** x ← e^x in place: within two units in the last place, for x ≤ 709. */
export function exponentials(x: Float64Array): void {
  const count = x.length;
  const kernels = loadKernels();
  if (!kernels) {
    for (let i = 0; i < count; i++) x[i] = Math.exp(x[i]);
    return;
  }
  const [buffer] = kernels.places(Math.min(CHUNK, count + (count & 1)));
  for (let from = 0; from < count; from += CHUNK) {
    const values = x.subarray(from, Math.min(from + CHUNK, count));
    buffer.set(values);
    kernels.exponentials(buffer.byteOffset, values.length + (values.length & 1));
    values.set(buffer.subarray(0, values.length));
  }
}
