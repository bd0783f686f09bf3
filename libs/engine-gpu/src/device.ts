import { EngineError } from '@grokscope/engine';
import { whyNot } from './availability.js';
import { backendClass, loadGpuJs } from './gpu-js.js';
import type { DeviceArray, GpuInstance, GpuJs, GpuKernel, GpuMode } from './gpu-js.js';
import { asEngineError, hardwareName, watchDevice, type DeviceWatch } from './health.js';
import { HELPER_FUNCTIONS } from './kernels/math.js';
import type { Stage } from './kernels/stage.js';

const UPLOAD = `function upload(values) {
  return values[this.thread.x];
}`;

/** What a kernel is built for; launches differ only in arrays and scalars. */
type KernelShape = Pick<Stage, 'source' | 'size' | 'constants'>;

/** What programs need of a device. Arrays it hands out are the caller's to delete. */
export interface ArrayDevice {
  upload(values: Float32Array): Promise<DeviceArray>;
  /** Starts a kernel on `arrays` of the given `sizes`; `op` is named in errors. Does not wait for the result. */
  launch(
    stage: Stage,
    arrays: readonly DeviceArray[],
    sizes: readonly number[],
    op: string,
  ): Promise<DeviceArray>;
  /** Waits for an array and copies it out. Throws `EngineError` if the device was lost or ran out of memory before. */
  read(array: DeviceArray): Promise<Float32Array>;
}

/**
 * A gpu.js instance that surely runs in the mode asked for. Every array has one dimension, so that arrays with equal
 * numbers of entries have equal layouts; a kernel is built once for each source, shape and operand sizes.
 */
export class GpuDevice implements ArrayDevice {
  readonly #kernels = new Map<string, GpuKernel>();
  #watch: DeviceWatch | null = null;
  #hardware = '';

  private constructor(
    readonly mode: GpuMode,
    private readonly gpuJs: GpuJs,
    private readonly gpu: GpuInstance,
  ) {}

  /** Opens a mode and computes something small to see what really runs. Throws `EngineError` 'Unavailable' with why. */
  static async open(mode: GpuMode): Promise<GpuDevice> {
    const reason = await whyNot(mode);
    if (reason !== null) throw unavailable(mode, reason);
    let device: GpuDevice | undefined;
    try {
      const gpuJs = await loadGpuJs();
      device = new GpuDevice(mode, gpuJs, new gpuJs.GPU({ mode }));
      await device.#prepare();
      return device;
    } catch (error) {
      await device?.close();
      throw unavailable(mode, error instanceof Error ? error.message : String(error));
    }
  }

  /** The gpu.js class whose kernels run, as `WebGL2Kernel`. Checked at every launch. */
  get executor(): string {
    return { webgpu: 'WebGPUKernel', webgl2: 'WebGL2Kernel', headlessgl: 'HeadlessGLKernel' }[this.mode];
  }

  /** What the driver calls itself. */
  get hardware(): string {
    return this.#hardware;
  }

  async upload(values: Float32Array): Promise<DeviceArray> {
    const size = values.length;
    return this.#run(
      { source: UPLOAD, size, constants: {} },
      [size],
      [new this.gpuJs.Input(values, [size])],
      'upload',
    );
  }

  async launch(
    stage: Stage,
    arrays: readonly DeviceArray[],
    sizes: readonly number[],
    op: string,
  ): Promise<DeviceArray> {
    return this.#run(stage, sizes, [...arrays, ...(stage.scalars ?? [])], op);
  }

  async read(array: DeviceArray): Promise<Float32Array> {
    try {
      const values = Float32Array.from(await array.toArray());
      this.#watch?.check();
      return values;
    } catch (error) {
      throw asEngineError(error, `gpu:${this.mode}, reading back`);
    }
  }

  /** Frees kernels and context. */
  async close(): Promise<void> {
    this.#watch?.stop();
    this.#watch = null;
    this.#kernels.clear();
    await this.gpu.destroy();
  }

  async #prepare(): Promise<void> {
    for (const { source, argument } of HELPER_FUNCTIONS)
      this.gpu.addFunction(source, { argumentTypes: { [argument]: 'Number' }, returnType: 'Number' });
    const shape = { source: UPLOAD, size: 3, constants: {} };
    const array = await this.upload(Float32Array.of(1, -2.5, 3e-7));
    const { context } = this.#kernel(shape, [3]).kernel;
    this.#hardware = hardwareName(context);
    this.#watch = watchDevice(context);
    const back = await this.read(array);
    array.delete();
    if (back.join() !== Float32Array.of(1, -2.5, 3e-7).join())
      throw new Error(
        `${this.#hardware} does not give back float32 values: sent 1, -2.5, 3e-7, got ${back.join(', ')}`,
      );
  }

  async #run(
    shape: KernelShape,
    sizes: readonly number[],
    args: readonly unknown[],
    op: string,
  ): Promise<DeviceArray> {
    const kernel = this.#kernel(shape, sizes);
    try {
      const result = await kernel(...args);
      this.#assertBackend(kernel);
      return result;
    } catch (error) {
      throw asEngineError(error, `gpu:${this.mode}, ${op} of ${shape.size} entries`);
    }
  }

  /** gpu.js falls back to the CPU with no more than a console message; here that is an error. */
  #assertBackend({ kernel }: GpuKernel): void {
    if (kernel instanceof backendClass(this.gpuJs, this.mode)) return;
    throw new EngineError(
      'Unavailable',
      `gpu.js left ${this.executor} for ${kernel.constructor.name}: ${kernel.fallbackReason ?? 'no reason given'}`,
    );
  }

  #kernel({ source, size, constants }: KernelShape, sizes: readonly number[]): GpuKernel {
    const key = JSON.stringify([source, size, sizes, constants]);
    const known = this.#kernels.get(key);
    if (known) return known;
    const kernel = this.gpu.createKernel(source, {
      output: [size],
      constants,
      precision: 'single',
      tactic: 'precision',
      pipeline: true,
      immutable: true,
    });
    this.#kernels.set(key, kernel);
    return kernel;
  }
}

const unavailable = (mode: GpuMode, why: string): EngineError =>
  new EngineError('Unavailable', `gpu:${mode} is unavailable: ${why}`);
