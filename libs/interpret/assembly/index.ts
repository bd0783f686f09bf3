// The room's WebAssembly kernels. No runtime, no static data; the caller lays out the memory.
export { product } from './product';
export { exponentials, lossSums } from './exponential';
