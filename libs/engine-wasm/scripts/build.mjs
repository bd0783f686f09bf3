// Compiles assembly/ into build/kernels.*.wasm: with and without relaxed SIMD, for shared and for plain memory.
// (A module that imports shared memory cannot take plain memory, nor the other way round.)
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));
mkdirSync(new URL('../build/', import.meta.url), { recursive: true });

// Instances share one memory, so it must not hold anything that an instance would initialise: no runtime, no static
// data.
const common = [
  '--runtime',
  'stub',
  '--importMemory',
  '--noExportMemory',
  '--initialMemory',
  '1',
  '--use',
  'abort=',
];
const optimize = ['--optimizeLevel', '3', '--shrinkLevel', '0', '--noAssert', '--enable', 'simd'];
const shared = ['--sharedMemory', '--maximumMemory', '65536', '--enable', 'threads'];
const variants = {
  'kernels.relaxed': ['--enable', 'relaxed-simd', ...shared],
  'kernels.simd': shared,
  'kernels.relaxed.single': ['--enable', 'relaxed-simd'],
  'kernels.simd.single': [],
};

for (const [name, options] of Object.entries(variants)) {
  const output = ['--outFile', `build/${name}.wasm`];
  if (process.argv.includes('--text')) output.push('--textFile', `build/${name}.wat`);
  const args = ['assembly/index.ts', '--baseDir', root, ...output, ...common, ...optimize, ...options];
  const { error, stderr } = await asc.main(args);
  if (error) {
    console.error(stderr.toString());
    throw error;
  }
}
