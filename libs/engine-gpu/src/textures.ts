import type { DeviceArray } from './gpu-js.js';

/**
 * A gpu.js result on the GL backends: a texture of 4 float32 values a texel. gpu.js has one class for textures that
 * kernels read as numbers and one for those they read as vectors of 4; over the same flat values both have the same
 * layout, so that an array can be read either way without a copy. Each object counts as a user of the texture, which is
 * freed when the last one is deleted.
 */
interface GlTexture extends DeviceArray {
  readonly dimensions: Int32Array;
  readonly output: Int32Array | readonly number[];
}

const MAX_DRAW_BUFFERS = 0x8824;

type TextureClass = new (settings: object) => GlTexture;

/** Creates further objects over textures. The two classes are taken from results that gpu.js itself returned. */
export class TextureViews {
  readonly #flat: TextureClass;
  readonly #vectors: TextureClass;

  constructor(flat: DeviceArray, vectors: DeviceArray) {
    this.#flat = flat.constructor as TextureClass;
    this.#vectors = vectors.constructor as TextureClass;
  }

  /** `size` entries as vectors of 4. */
  vectors(array: DeviceArray, size: number): DeviceArray {
    return view(array as GlTexture, this.#vectors, Math.ceil(size / 4));
  }

  /** Vectors of 4 as their `size` entries. */
  flat(array: DeviceArray, size: number): DeviceArray {
    return view(array as GlTexture, this.#flat, size);
  }
}

function view(texture: GlTexture, Class: TextureClass, length: number): DeviceArray {
  // A plain object with the texture's own properties, from which gpu.js reads its settings.
  return new Class({
    ...texture,
    output: [length],
    dimensions: Int32Array.of(length, 1, 1),
    type: undefined,
  });
}

/** The number of textures that a kernel can write at once on a GL context: at least 4 on WebGL 2, usually 8. */
export function drawBuffers(context: unknown): number {
  return Number((context as { getParameter(name: number): unknown }).getParameter(MAX_DRAW_BUFFERS));
}
