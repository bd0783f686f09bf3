import type { analyzeWeights } from 'grokscope';
import type { Output } from './output.js';

/** Options of measures that are computed on request by name, as commander passes them. */
export interface DemandOptions {
  readonly engine?: 'auto' | 'wasm' | 'gpu' | 'reference';
  readonly threads?: number;
  readonly llcChains?: number;
  readonly llcSteps?: number;
  readonly llcBurnIn?: number;
  readonly llcLr?: number;
  readonly llcLocalization?: number;
  readonly hessianIterations?: number;
  readonly measureSeed?: number;
}

/** How requested measures are computed; progress is reported on standard error. */
export function demandOf(options: DemandOptions, { err }: Output): NonNullable<Demand> {
  const { engine, threads, measureSeed: seed } = options;
  const { llcChains: chains, llcSteps: steps, llcBurnIn: burnIn, llcLr: lr } = options;
  const { llcLocalization: localization, hessianIterations: iterations } = options;
  const tell = throttled((measure: string, done: number, all: number) =>
    err(`${measure}: ${done} of ${all} steps\n`),
  );
  return {
    ...(engine === undefined ? {} : { engine }),
    ...(threads === undefined ? {} : { threads }),
    options: {
      llc: given({ chains, steps, burnIn, lr, localization, seed }),
      hessian: given({ iterations, seed }),
    },
    onStep: tell,
  };
}

type Demand = NonNullable<Parameters<typeof analyzeWeights>[2]>['demand'];

/** The entries that have a value. */
const given = <T extends object>(entries: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };

/** Milliseconds between two progress messages. */
const TELL_EVERY = 2000;

/** Passes a call on if the last one was long enough ago. */
function throttled<A extends readonly unknown[]>(tell: (...args: A) => void): (...args: A) => void {
  let last = performance.now();
  return (...args) => {
    if (performance.now() - last < TELL_EVERY) return;
    last = performance.now();
    tell(...args);
  };
}
