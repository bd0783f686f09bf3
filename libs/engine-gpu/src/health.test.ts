import { describe, expect, it } from 'vitest';
import { asEngineError, watchDevice } from './health.js';

function glContext(state: { lost?: boolean; error?: number }) {
  return {
    isContextLost: () => state.lost ?? false,
    getError: () => state.error ?? 0,
    getParameter: () => 'a driver',
    getExtension: () => null,
  };
}

function webGpuContext() {
  const device = new EventTarget();
  return { isLost: false, adapter: {}, device };
}

const thrownBy = (action: () => void): unknown => {
  try {
    action();
  } catch (error) {
    return error;
  }
  return null;
};

describe('a watched device', () => {
  it('reports nothing while nothing has happened', () => {
    watchDevice(glContext({})).check();
    watchDevice(webGpuContext()).check();
  });

  it('reports a lost WebGL context as Lost, and memory that ran out as OutOfMemory', () => {
    const state: { lost?: boolean; error?: number } = {};
    const watch = watchDevice(glContext(state));
    state.error = 0x0505;
    expect(thrownBy(() => watch.check())).toMatchObject({ _tag: 'OutOfMemory' });
    state.lost = true;
    expect(thrownBy(() => watch.check())).toMatchObject({
      _tag: 'Lost',
      message: expect.stringContaining('the WebGL context was lost'),
    });
  });

  it('reports a lost WebGPU device as Lost', () => {
    const context = webGpuContext();
    const watch = watchDevice(context);
    context.isLost = true;
    expect(thrownBy(() => watch.check())).toMatchObject({ _tag: 'Lost' });
  });

  it('keeps the first late error of WebGPU until it is asked, and hears none after stop', () => {
    const context = webGpuContext();
    const watch = watchDevice(context);
    const fail = (message: string) =>
      context.device.dispatchEvent(
        Object.assign(new Event('uncapturederror'), { error: new Error(message) }),
      );
    fail('first');
    fail('second');
    expect(thrownBy(() => watch.check())).toMatchObject({ _tag: 'Lost', message: 'WebGPU: first' });
    watch.stop();

    const deaf = watchDevice(context);
    deaf.stop();
    fail('third');
    deaf.check();
  });
});

describe('what gpu.js throws', () => {
  it.each([
    ['WebGL context lost while awaiting kernel result', 'Lost'],
    ['the device was lost', 'Lost'],
    ['Texture size exceeds the maximum', 'OutOfMemory'],
    ['Identifier is not defined', 'Unsupported'],
  ])('%s: %s', (message, tag) => {
    expect(asEngineError(new Error(message), 'gpu:webgl2, matmul')).toMatchObject({
      _tag: tag,
      message: `gpu:webgl2, matmul: ${message}`,
    });
  });
});
