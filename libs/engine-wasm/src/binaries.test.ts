import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { loadKernels } from './binaries.js';
import { createWasmEngine } from './index.js';

const NAMES = ['relaxed', 'simd', 'relaxed.single', 'simd.single'] as const;
const read = (name: string) => readFile(new URL(`../build/kernels.${name}.wasm`, import.meta.url));

/** Ids of the sections of a WebAssembly binary, in order. */
function sections(bytes: Uint8Array): number[] {
  const ids: number[] = [];
  for (let at = 8; at < bytes.length;) {
    ids.push(bytes[at++]);
    let [size, shift] = [0, 0];
    for (let more = true; more; shift += 7) {
      size |= (bytes[at] & 0x7f) << shift;
      more = bytes[at++] >= 0x80;
    }
    at += size;
  }
  return ids;
}

const START_SECTION = 8;
const CODE_SECTION = 10;
const DATA_SECTION = 11;

describe('the compiled kernels', () => {
  it.each(NAMES)('%s: carry no data and start nothing, for instances share their memory', async (name) => {
    const found = sections(await read(name));
    expect(found).toContain(CODE_SECTION);
    expect(found).not.toContain(DATA_SECTION);
    expect(found).not.toContain(START_SECTION);
  });

  it('need nothing but a memory', async () => {
    const { module, relaxedSimd } = await loadKernels(false, 'auto', {});
    expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
    expect(typeof relaxedSimd).toBe('boolean');
  });

  it('may be given by the caller; relaxed SIMD that the runtime cannot run is refused or done without', async () => {
    const broken = new Uint8Array([1, 2, 3]);
    const binaries = { 'relaxed.single': broken, 'simd.single': new Uint8Array(await read('simd.single')) };
    await expect(createWasmEngine({ relaxedSimd: true, binaries })).rejects.toMatchObject({
      _tag: 'Unavailable',
    });
    const engine = await createWasmEngine({ binaries });
    expect(engine.relaxedSimd).toBe(false);
  });
});
