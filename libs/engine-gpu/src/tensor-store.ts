import { sizeOf } from '@grokscope/base';
import { EngineError, type PersistentTensor } from '@grokscope/engine';
import type { ArrayDevice } from './array-device.js';
import type { DeviceArray } from './gpu-js.js';

/**
 * From here on float32, in which arrays are transferred, skips integers: indices and positions would silently be wrong.
 */
export const EXACT_INTEGERS = 2 ** 24;

/**
 * A tensor kept between runs: on the device once a run has used it, on the host while newer values wait there. Exactly
 * one of the two places is current.
 */
export class StoredTensor {
  #host: Float32Array | null;
  #array: DeviceArray | null = null;

  constructor(
    private readonly device: ArrayDevice,
    private readonly tensor: PersistentTensor,
  ) {
    this.#host = new Float32Array(sizeOf(tensor.shape));
  }

  /** Replaces the values (length already checked). Throws `EngineError` for an index that float32 cannot hold. */
  write(values: ArrayLike<number>): void {
    if (this.tensor.dtype === 'i32') checkIndices(values, this.tensor.name);
    this.#host = Float32Array.from(values);
    this.#array?.delete();
    this.#array = null;
  }

  async read(): Promise<Float32Array> {
    if (this.#host) return this.#host.slice();
    return this.device.read(await this.onDevice());
  }

  /** The device's array; this store deletes it. */
  async onDevice(): Promise<DeviceArray> {
    if (this.#array === null) {
      this.#array = await this.device.upload(this.#host ?? new Float32Array(sizeOf(this.tensor.shape)));
      this.#host = null;
    }
    return this.#array;
  }

  /** Takes ownership of a device array as the new values. */
  replace(array: DeviceArray): void {
    this.#array?.delete();
    this.#array = array;
    this.#host = null;
  }

  free(): void {
    this.#array?.delete();
    this.#array = null;
  }
}

/** Throws `EngineError` for an index that is not exact in float32. */
export function checkIndices(values: ArrayLike<number>, name: string): void {
  for (let i = 0; i < values.length; i++)
    if (!Number.isInteger(values[i]) || Math.abs(values[i]) >= EXACT_INTEGERS)
      throw new EngineError(
        'Unsupported',
        `index ${i} of "${name}" is ${values[i]}; the gpu engine takes whole numbers below 2^24`,
      );
}
