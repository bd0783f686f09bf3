import type { ArrayDevice } from './array-device.js';
import type { DeviceArray } from './gpu-js.js';

/** Values that never change, constants and tables of kernels: uploaded on first use, kept until `free`. */
export class FixedArrays {
  readonly #arrays = new Map<Float32Array | Int32Array, DeviceArray>();

  constructor(private readonly device: ArrayDevice) {}

  /** The device's array of these values; this store deletes it. */
  async onDevice(values: Float32Array | Int32Array): Promise<DeviceArray> {
    const known = this.#arrays.get(values);
    if (known) return known;
    const array = await this.device.upload(Float32Array.from(values));
    this.#arrays.set(values, array);
    return array;
  }

  free(): void {
    for (const array of this.#arrays.values()) array.delete();
    this.#arrays.clear();
  }
}
