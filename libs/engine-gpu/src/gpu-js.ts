/**
 * The part of gpu.js that this engine uses, typed by hand: gpu.js's own declarations lack its WebGPU classes and
 * describe results as a union of every possible shape. No other file touches the library.
 */
export type GpuMode = 'webgpu' | 'webgl2' | 'headlessgl';

/** A result that stays on the device until `delete`. `toArray` is a promise on WebGPU. */
export interface DeviceArray {
  toArray(): ArrayLike<number> | Promise<ArrayLike<number>>;
  delete(): void;
}

/** The backend object behind a kernel; its class shows what really runs. */
export interface BackendKernel {
  readonly constructor: { readonly name: string };
  readonly fallbackReason?: string | null;
  readonly context?: unknown;
}

/** The return value of a kernel with several results: `result` and one entry for each further function. */
export type MappedResults = Readonly<Record<string, DeviceArray>>;

export interface GpuKernel {
  (...args: readonly unknown[]): DeviceArray | MappedResults | Promise<DeviceArray>;
  readonly kernel: BackendKernel;
}

export interface GpuInstance {
  addFunction(
    source: string,
    settings: { argumentTypes: Readonly<Record<string, string>>; returnType: string },
  ): unknown;
  createKernel(source: string, settings: Readonly<Record<string, unknown>>): GpuKernel;
  createKernelMap(
    targets: Readonly<Record<string, string>>,
    source: string,
    settings: Readonly<Record<string, unknown>>,
  ): GpuKernel;
  destroy(): Promise<void>;
}

type BackendClass = abstract new () => object;

export interface GpuJs {
  readonly GPU: new (settings: { readonly mode: GpuMode }) => GpuInstance;
  readonly Input: new (values: Float32Array, size: readonly number[]) => object;
  readonly WebGPUKernel: BackendClass;
  readonly WebGL2Kernel: BackendClass;
  readonly HeadlessGLKernel: BackendClass;
}

/**
 * Loads gpu.js on first use, not at import: in Node it acquires the native package `gl`, which only one thread of a
 * process may hold. The page's build of gpu.js exports the class itself, with the rest as its properties.
 */
export async function loadGpuJs(): Promise<GpuJs> {
  const module = (await import('gpu.js')) as unknown as Partial<GpuJs> & { readonly default?: GpuJs };
  return module.default ?? (module as GpuJs);
}

/** The class of kernels that a mode must produce; any other class is a silent fallback. */
export function backendClass(gpuJs: GpuJs, mode: GpuMode): BackendClass {
  switch (mode) {
    case 'webgpu':
      return gpuJs.WebGPUKernel;
    case 'webgl2':
      return gpuJs.WebGL2Kernel;
    case 'headlessgl':
      return gpuJs.HeadlessGLKernel;
    default:
      return mode satisfies never;
  }
}
