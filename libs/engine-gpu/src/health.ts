import { EngineError } from '@grokscope/engine';

/** Failures of a device while it works. Checked at every read-back, because launches do not wait for the device. */
export interface DeviceWatch {
  /** Throws `EngineError` 'Lost' or 'OutOfMemory' if that has happened: results since then are invalid. */
  check(): void;
  stop(): void;
}

interface GlContext {
  isContextLost?(): boolean;
  getError(): number;
  getParameter(name: number): unknown;
  getExtension(name: string): { readonly UNMASKED_RENDERER_WEBGL?: number } | null;
}

interface WebGpuContext {
  readonly isLost: boolean;
  readonly adapter: {
    readonly info?: Readonly<
      Record<'vendor' | 'architecture' | 'device' | 'description', string | undefined>
    >;
  };
  readonly device: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
}

const GL_OUT_OF_MEMORY = 0x0505;
const GL_RENDERER = 0x1f01;

const isWebGpu = (context: unknown): context is WebGpuContext =>
  typeof context === 'object' && context !== null && 'adapter' in context;

/** Watches the context behind a gpu.js kernel: a WebGL context, or gpu.js's pair of WebGPU adapter and device. */
export const watchDevice = (context: unknown): DeviceWatch =>
  isWebGpu(context) ? watchWebGpu(context) : watchGl(context as GlContext);

function watchGl(context: GlContext): DeviceWatch {
  return {
    check() {
      if (context.isContextLost?.() === true)
        throw new EngineError(
          'Lost',
          'the WebGL context was lost (the driver was reset, or too many contexts are open)',
        );
      if (context.getError() === GL_OUT_OF_MEMORY)
        throw new EngineError(
          'OutOfMemory',
          'the graphics driver ran out of memory: use a smaller model or batch',
        );
    },
    stop() {},
  };
}

/** gpu.js only logs WebGPU's late errors, after which results are silently zero; here the first one is kept. */
function watchWebGpu(context: WebGpuContext): DeviceWatch {
  let first: { readonly message: string; readonly outOfMemory: boolean } | null = null;
  const note = (event: Event): void => {
    const { error } = event as Event & { readonly error: Error };
    first ??= { message: error.message, outOfMemory: error.constructor.name === 'GPUOutOfMemoryError' };
  };
  context.device.addEventListener('uncapturederror', note);
  return {
    check() {
      if (context.isLost) throw new EngineError('Lost', 'the WebGPU device was lost');
      if (first)
        throw new EngineError(first.outOfMemory ? 'OutOfMemory' : 'Lost', `WebGPU: ${first.message}`);
    },
    stop: () => context.device.removeEventListener('uncapturederror', note),
  };
}

/** The driver's name for itself, for messages: "ANGLE (Mesa, llvmpipe …)", "nvidia turing …". */
export function hardwareName(context: unknown): string {
  if (isWebGpu(context)) {
    const { vendor, architecture, device, description } = context.adapter.info ?? {};
    return [vendor, architecture, device, description].filter(Boolean).join(' ') || 'unnamed adapter';
  }
  const gl = context as GlContext;
  const unmasked = gl.getExtension('WEBGL_debug_renderer_info')?.UNMASKED_RENDERER_WEBGL;
  return String(gl.getParameter(unmasked ?? GL_RENDERER));
}

/** Converts an error thrown by gpu.js or the driver to an `EngineError` that says what was being done. */
export function asEngineError(error: unknown, doing: string): EngineError {
  if (error instanceof EngineError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/device was lost|context lost/i.test(message)) return new EngineError('Lost', `${doing}: ${message}`);
  if (/this device allows|exceeds|out of memory/i.test(message))
    return new EngineError('OutOfMemory', `${doing}: ${message}`);
  return new EngineError('Unsupported', `${doing}: ${message}`);
}
