import { kernelsBinary } from './kernels-binary.js';

const PAGE = 65536;

/** The room's WebAssembly kernels, float64 two at a time; see assembly/. Addresses in bytes. */
export interface Kernels {
  readonly product: (a: number, panels: number, c: number, m: number, k: number, panelCount: number) => void;
  readonly exponentials: (x: number, count: number) => void;
  readonly lossSums: (
    x: number,
    stride: number,
    rows: number,
    classes: number,
    labels: number,
    out: number,
  ) => void;
  /**
   * Space for arrays of these sizes in the kernels' memory, as float64 views. They are valid until the next call from
   * anywhere: there is one memory, and growing it detaches them.
   */
  readonly places: (...sizes: readonly number[]) => Float64Array[];
}

type Exports = Omit<Kernels, 'places'> & { readonly memory: WebAssembly.Memory };

let loaded: Kernels | null | undefined;

/** The kernels, compiled on the first call; null if WebAssembly has no SIMD. */
export function loadKernels(): Kernels | null {
  loaded ??= instantiate();
  return loaded;
}

function instantiate(): Kernels | null {
  const bytes = Uint8Array.from(atob(kernelsBinary), (character) => character.charCodeAt(0));
  if (!WebAssembly.validate(bytes)) return null;
  const { memory, ...kernels } = new WebAssembly.Instance(new WebAssembly.Module(bytes))
    .exports as unknown as Exports;
  return {
    ...kernels,
    places: (...sizes) => {
      const bytesNeeded = PAGE + 8 * sizes.reduce((sum, size) => sum + size, 0);
      const missing = bytesNeeded - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
      let at = PAGE;
      return sizes.map((size) => {
        const view = new Float64Array(memory.buffer, at, size);
        at += 8 * size;
        return view;
      });
    },
  };
}
