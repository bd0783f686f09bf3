import type { GpuMode } from './gpu-js.js';

/**
 * The facts that decide, before gpu.js is loaded, whether a mode can run here. Read from the globals unless a test
 * passes its own.
 */
export interface Surroundings {
  /** Node's `process.platform`; undefined in a page or a Web Worker. */
  readonly nodePlatform: string | undefined;
  /** Whether an X display is set (`DISPLAY`). */
  readonly hasDisplay: boolean;
  /** Whether a page can create a WebGL 2 context. */
  readonly webgl2: () => boolean;
  /** `navigator.gpu`, if it exists. */
  readonly webgpu: { requestAdapter(): Promise<object | null> } | undefined;
  /** Loads the native package `gl`; rejects if it is not installed or another thread holds it. */
  readonly loadGl: () => Promise<CreateContext>;
}

/** The export of the package `gl`: a function that returns a context of that size, or null. */
type CreateContext = (width: number, height: number) => HeadlessContext | null;

interface HeadlessContext {
  getExtension(name: 'STACKGL_destroy_context'): { destroy(): void } | null;
}

/** Why the mode cannot run here, or null if no obstacle is known. */
export async function whyNot(mode: GpuMode, here: Surroundings = surroundings()): Promise<string | null> {
  switch (mode) {
    case 'webgpu':
      return whyNoWebGpu(here);
    case 'webgl2':
      if (here.nodePlatform !== undefined) return 'WebGL 2 needs a browser; in Node use headlessgl';
      return here.webgl2()
        ? null
        : 'this browser gives no WebGL 2 context (is hardware acceleration turned off?)';
    case 'headlessgl':
      return whyNoHeadlessGl(here);
    default:
      return mode satisfies never;
  }
}

async function whyNoWebGpu({ nodePlatform, webgpu }: Surroundings): Promise<string | null> {
  if (!webgpu)
    return nodePlatform === undefined
      ? 'this browser has no WebGPU here (navigator.gpu is missing: an old browser, or a page that is neither https nor localhost)'
      : 'Node has no WebGPU of its own (navigator.gpu is missing)';
  const adapter = await webgpu.requestAdapter().catch(() => null);
  return adapter
    ? null
    : 'WebGPU is present, but no adapter is available (no supported GPU, or it is turned off)';
}

async function whyNoHeadlessGl({ nodePlatform, hasDisplay, loadGl }: Surroundings): Promise<string | null> {
  if (nodePlatform === undefined) return 'headless GL needs Node; in a browser use webgpu or webgl2';
  if (nodePlatform === 'linux' && !hasDisplay)
    return 'headless GL needs an X display (DISPLAY is not set): run under `xvfb-run -a`';
  try {
    const context = (await loadGl())(1, 1);
    context?.getExtension('STACKGL_destroy_context')?.destroy();
    return context ? null : NO_GL_CONTEXT;
  } catch (error) {
    return whyGlDoesNotLoad(error instanceof Error ? error.message : String(error));
  }
}

const NO_GL_CONTEXT =
  'no GL context could be made: the X display does not respond, or Mesa is missing (Debian: libgl1 libgl1-mesa-dri)';

function whyGlDoesNotLoad(message: string): string {
  if (message.includes('did not self-register'))
    return 'another thread of this process holds the package `gl`; only one may';
  if (message.includes('Cannot find package') || message.includes('Cannot find module'))
    return 'the optional package `gl` is not installed (it is built at `npm ci` where g++, make and python3 exist)';
  return `the optional package \`gl\` does not load: ${message.split('\n')[0]}`;
}

/** The environment of this process or page. */
export function surroundings(): Surroundings {
  const { process, navigator } = globalThis as {
    process?: { platform?: string; versions?: { node?: string }; env?: Record<string, string | undefined> };
    navigator?: { gpu?: Surroundings['webgpu'] };
  };
  return {
    nodePlatform: process?.versions?.node === undefined ? undefined : process.platform,
    hasDisplay: Boolean(process?.env?.['DISPLAY']),
    webgl2: hasWebGl2,
    webgpu: navigator?.gpu,
    // The name is in a variable, so that bundlers of pages do not look for this package.
    loadGl: async () => ((await import(/* @vite-ignore */ NATIVE_GL)) as { default: CreateContext }).default,
  };
}

const NATIVE_GL: string = 'gl';

/** Asks the kind of canvas that gpu.js will use; an HTML canvas may give no context where an offscreen one does. */
function hasWebGl2(): boolean {
  const context =
    typeof document === 'undefined'
      ? new OffscreenCanvas(1, 1).getContext('webgl2')
      : document.createElement('canvas').getContext('webgl2');
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}
