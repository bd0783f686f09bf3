import { EngineError } from '@grokscope/engine';

/** The compiled kernels: with relaxed SIMD or plain, for shared memory (threads) or single. */
export type BinaryName = 'relaxed' | 'simd' | 'relaxed.single' | 'simd.single';

/** Bytes of binaries that the caller has loaded itself; the others are read or fetched from this package's folder. */
export type Binaries = Partial<Readonly<Record<BinaryName, BufferSource>>>;

// Literal addresses, because bundlers look for exactly this form.
const ADDRESSES: Readonly<Record<BinaryName, () => URL>> = {
  relaxed: () => new URL('../build/kernels.relaxed.wasm', import.meta.url),
  simd: () => new URL('../build/kernels.simd.wasm', import.meta.url),
  'relaxed.single': () => new URL('../build/kernels.relaxed.single.wasm', import.meta.url),
  'simd.single': () => new URL('../build/kernels.simd.single.wasm', import.meta.url),
};

/** Kernels ready to be instantiated. */
export interface Kernels {
  readonly module: WebAssembly.Module;
  readonly relaxedSimd: boolean;
}

/**
 * Loads the kernels for shared or for plain memory. `relaxedSimd`: `'auto'` uses it if the runtime supports it. Throws
 * `EngineError` (`Unavailable`) if relaxed SIMD is required but missing, or if the binaries are missing.
 */
export async function loadKernels(
  shared: boolean,
  relaxedSimd: boolean | 'auto',
  binaries: Binaries,
): Promise<Kernels> {
  if (relaxedSimd !== false) {
    const bytes = await loadBytes(shared ? 'relaxed' : 'relaxed.single', binaries);
    if (canRunRelaxed(bytes)) return { module: await WebAssembly.compile(bytes), relaxedSimd: true };
    if (relaxedSimd === true)
      throw new EngineError(
        'Unavailable',
        'this runtime has no relaxed SIMD: leave relaxedSimd out or set it to false',
      );
  }
  const bytes = await loadBytes(shared ? 'simd' : 'simd.single', binaries);
  if (!WebAssembly.validate(bytes))
    throw new EngineError('Unavailable', 'this runtime has no WebAssembly SIMD: use a newer browser or Node');
  return { module: await WebAssembly.compile(bytes), relaxedSimd: false };
}

/** Node 20 has relaxed SIMD behind a flag that affects only code compiled afterwards; later versions always have it. */
function canRunRelaxed(bytes: BufferSource): boolean {
  if (WebAssembly.validate(bytes)) return true;
  if (typeof process !== 'object' || !process.versions?.node) return false;
  process.getBuiltinModule('node:v8').setFlagsFromString('--experimental-wasm-relaxed-simd');
  return WebAssembly.validate(bytes);
}

async function loadBytes(name: BinaryName, binaries: Binaries): Promise<BufferSource> {
  const given = binaries[name];
  if (given) return given;
  const url = ADDRESSES[name]();
  try {
    if (url.protocol === 'file:') return await process.getBuiltinModule('node:fs/promises').readFile(url);
    const response = await fetch(url);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return await response.arrayBuffer();
  } catch (error) {
    throw new EngineError(
      'Unavailable',
      `the kernels at ${url.href} could not be loaded (${String(error)}); build them with scripts/build.mjs of engine-wasm`,
    );
  }
}
