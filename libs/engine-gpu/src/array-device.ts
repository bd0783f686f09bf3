import type { DeviceArray } from './gpu-js.js';
import type { Stage } from './stages/stage.js';

/** An array argument of a launch. */
export interface LaunchArray {
  readonly array: DeviceArray;
  readonly size: number;
  /** Read as vectors of 4 entries. */
  readonly vectors: boolean;
}

/** What programs need of a device. The caller deletes the arrays it returns. */
export interface ArrayDevice {
  /** How many results its kernels on vectors of 4 can have; 0 if it cannot run such kernels. */
  readonly targets: number;
  upload(values: Float32Array): Promise<DeviceArray>;
  /**
   * Starts a kernel and returns its results, as many as `stage.vectors` declares (default one); errors name `op`. Does
   * not wait.
   */
  launch(stage: Stage, args: readonly LaunchArray[], op: string): Promise<readonly DeviceArray[]>;
  /**
   * Waits for an array and copies its values. Throws `EngineError` if the device was lost or ran out of memory before.
   */
  read(array: DeviceArray): Promise<Float32Array>;
}
