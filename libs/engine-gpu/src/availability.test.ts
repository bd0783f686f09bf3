import { describe, expect, it } from 'vitest';
import { surroundings, whyNot, type Surroundings } from './availability.js';
import { createGpuEngine, GPU_MODES, type GpuMode } from './index.js';

const page: Surroundings = {
  nodePlatform: undefined,
  hasDisplay: false,
  webgl2: () => true,
  webgpu: { requestAdapter: async () => ({}) },
  loadGl: () => Promise.reject(new Error('not in a page')),
};
const node: Surroundings = {
  nodePlatform: 'linux',
  hasDisplay: true,
  webgl2: () => false,
  webgpu: undefined,
  loadGl: async () => () => ({ getExtension: () => null }),
};
const failing = (message: string): Surroundings => ({
  ...node,
  loadGl: () => Promise.reject(new Error(message)),
});

describe('a mode that can run is not refused', () => {
  it.each([
    ['webgpu', page],
    ['webgl2', page],
    ['headlessgl', node],
  ] as const)('%s', async (mode, here) => {
    expect(await whyNot(mode, here)).toBeNull();
  });

  it('headless GL needs no DISPLAY where there is no X', async () => {
    expect(await whyNot('headlessgl', { ...node, nodePlatform: 'darwin', hasDisplay: false })).toBeNull();
  });
});

const refusals: readonly [what: string, mode: GpuMode, here: Surroundings, reason: string][] = [
  ['webgpu in Node', 'webgpu', node, 'Node has no WebGPU of its own'],
  ['webgpu in an old browser', 'webgpu', { ...page, webgpu: undefined }, 'neither https nor localhost'],
  [
    'webgpu without an adapter',
    'webgpu',
    { ...page, webgpu: { requestAdapter: async () => null } },
    'no adapter is available',
  ],
  [
    'webgpu whose adapter request fails',
    'webgpu',
    { ...page, webgpu: { requestAdapter: () => Promise.reject(new Error('blocked')) } },
    'no adapter is available',
  ],
  ['webgl2 in Node', 'webgl2', node, 'in Node use headlessgl'],
  ['webgl2 turned off', 'webgl2', { ...page, webgl2: () => false }, 'hardware acceleration'],
  ['headlessgl in a page', 'headlessgl', page, 'in a browser use webgpu or webgl2'],
  ['headlessgl without a display', 'headlessgl', { ...node, hasDisplay: false }, 'xvfb-run -a'],
  [
    'headlessgl without the package',
    'headlessgl',
    failing("Cannot find package 'gl' imported from here"),
    'the optional package `gl` is not installed',
  ],
  [
    'headlessgl on a display that does not answer',
    'headlessgl',
    { ...node, loadGl: async () => () => null },
    'the X display does not respond',
  ],
  [
    'headlessgl held by another thread',
    'headlessgl',
    failing("Module did not self-register: 'webgl.node'."),
    'another thread of this process holds the package `gl`',
  ],
  [
    'headlessgl without its libraries',
    'headlessgl',
    failing('libGL.so.1: cannot open shared object file\nat …'),
    'does not load: libGL.so.1: cannot open shared object file',
  ],
];

describe('a mode that cannot run says why, and what to do where something can be done', () => {
  it.each(refusals)('%s', async (_, mode, here, reason) => {
    expect(await whyNot(mode, here)).toContain(reason);
  });
});

describe('this process', () => {
  it('knows that it is Node', () => {
    expect(surroundings().nodePlatform).toBe(process.platform);
  });

  it.each(GPU_MODES.filter((mode) => mode !== 'headlessgl'))('refuses to open %s', async (mode) => {
    await expect(createGpuEngine({ mode })).rejects.toMatchObject({
      _tag: 'Unavailable',
      message: expect.stringMatching(new RegExp(`^gpu:${mode} is unavailable: .*Node`)),
    });
  });
});
