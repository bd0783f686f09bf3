import { EngineError } from '@grokscope/engine';
import type { ArrayDevice, LaunchArray } from './array-device.js';
import { whyNot } from './availability.js';
import { backendClass, loadGpuJs } from './gpu-js.js';
import type { DeviceArray, GpuInstance, GpuJs, GpuKernel, GpuMode, MappedResults } from './gpu-js.js';
import { asEngineError, hardwareName, watchDevice, type DeviceWatch } from './health.js';
import { KernelCache, type KernelShape } from './kernel-cache.js';
import { HELPER_FUNCTIONS } from './stages/math.js';
import { targetName, type Stage } from './stages/stage.js';
import { drawBuffers, TextureViews } from './textures.js';

const UPLOAD = `function upload(values) {
  return values[this.thread.x];
}`;

const PACK = `function pack(values) {
  const first = 4 * this.thread.x;
  return [values[first], values[first + 1], values[first + 2], values[first + 3]];
}`;

/** WebGL 2 guarantees this many; AdamW needs 3. */
const FEWEST_TARGETS = 4;

const SENT = Float32Array.of(1, -2.5, 3e-7, 4);

/** A gpu.js instance that is verified to run in the requested mode. */
export class GpuDevice implements ArrayDevice {
  readonly #kernels: KernelCache;
  #views: TextureViews | null = null;
  #watch: DeviceWatch | null = null;
  #targets = 0;
  #hardware = '';

  private constructor(
    readonly mode: GpuMode,
    private readonly gpuJs: GpuJs,
    private readonly gpu: GpuInstance,
  ) {
    this.#kernels = new KernelCache(gpu, mode !== 'webgpu');
  }

  /**
   * Opens a mode and computes something small to check what really runs. Throws `EngineError` 'Unavailable' with the
   * reason.
   */
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

  /** The driver's name for itself. */
  get hardware(): string {
    return this.#hardware;
  }

  get targets(): number {
    return this.#targets;
  }

  async upload(values: Float32Array): Promise<DeviceArray> {
    const size = values.length;
    const shape = { source: UPLOAD, size, constants: {} };
    return (await this.#run(shape, [size], [new this.gpuJs.Input(values, [size])], 'upload'))[0];
  }

  async launch(stage: Stage, args: readonly LaunchArray[], op: string): Promise<readonly DeviceArray[]> {
    const views: DeviceArray[] = [];
    try {
      const arrays = args.map(({ array, size, vectors }) => {
        if (!vectors) return array;
        const view = this.#views!.vectors(array, size);
        views.push(view);
        return view;
      });
      const sizes = args.map(({ size, vectors }) => (vectors ? -size : size));
      const results = await this.#run(stage, sizes, [...arrays, ...(stage.scalars ?? [])], op);
      return stage.vectors ? results.map((result) => this.#flatten(result, stage.size)) : results;
    } finally {
      for (const view of views) view.delete();
    }
  }

  async read(array: DeviceArray): Promise<Float32Array> {
    try {
      const values = Float32Array.from(await array.toArray());
      this.#watch?.check();
      return values;
    } catch (error) {
      throw this.#explain(error, 'reading back');
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
    const sent = await this.upload(SENT);
    const { context } = this.#kernels.get({ source: UPLOAD, size: 4, constants: {} }, [4]).kernel;
    this.#hardware = hardwareName(context);
    this.#watch = watchDevice(context);
    await this.#expectSent(sent);
    if (this.mode !== 'webgpu') {
      const [packed] = await this.#run(
        { source: PACK, size: 4, constants: {}, vectors: { targets: 1 } },
        [4],
        [sent],
        'pack',
      );
      this.#views = new TextureViews(sent, packed);
      const targets = drawBuffers(context);
      if (targets >= FEWEST_TARGETS) this.#targets = targets;
      await this.#expectSent(this.#flatten(packed, 4));
    }
    sent.delete();
  }

  async #expectSent(array: DeviceArray): Promise<void> {
    const back = await this.read(array);
    if (back.join() !== SENT.join())
      throw new Error(
        `${this.#hardware} does not give back float32 values: sent ${SENT.join(', ')}, got ${back.join(', ')}`,
      );
  }

  /** The entries of a result of vectors, of which it takes ownership. */
  #flatten(vectors: DeviceArray, size: number): DeviceArray {
    const flat = this.#views!.flat(vectors, size);
    vectors.delete();
    return flat;
  }

  async #run(
    shape: KernelShape,
    sizes: readonly number[],
    args: readonly unknown[],
    op: string,
  ): Promise<readonly DeviceArray[]> {
    const kernel = this.#kernels.get(shape, sizes);
    const targets = shape.vectors?.targets ?? 1;
    try {
      const result = await kernel(...args);
      this.#assertBackend(kernel);
      if (targets === 1) return [result as DeviceArray];
      const mapped = result as MappedResults;
      return Array.from({ length: targets }, (_, r) => mapped[r === 0 ? 'result' : targetName(r)]);
    } catch (error) {
      throw this.#explain(error, `${op} of ${shape.size} entries`);
    }
  }

  /** A lost device fails in arbitrary ways, such as "Error compiling shader: null", so this is checked first. */
  #explain(error: unknown, doing: string): EngineError {
    try {
      this.#watch?.check();
      return asEngineError(error, `gpu:${this.mode}, ${doing}`);
    } catch (lost) {
      return asEngineError(lost, `gpu:${this.mode}, ${doing}`);
    }
  }

  /** gpu.js falls back to the CPU with only a console message; here that is an error. */
  #assertBackend({ kernel }: GpuKernel): void {
    if (kernel instanceof backendClass(this.gpuJs, this.mode)) return;
    throw new EngineError(
      'Unavailable',
      `gpu.js left ${this.executor} for ${kernel.constructor.name}: ${kernel.fallbackReason ?? 'no reason given'}`,
    );
  }
}

const unavailable = (mode: GpuMode, why: string): EngineError =>
  new EngineError('Unavailable', `gpu:${mode} is unavailable: ${why}`);
