import { invariant } from '@grokscope/base';
import { builtInActivations, builtInLosses, builtInModels } from '@grokscope/model';
import type { Activation, Loss, Model } from '@grokscope/model';
import { builtInOptim, type OptimParts } from '@grokscope/optim';
import type { Catalogue, Files, Part } from '@grokscope/schema';
import { kindsOf } from '@grokscope/schema';
import { builtInTasks, type Task } from '@grokscope/tasks';

/** A catalogue whose parts are complete: not only known to a decoder, but able to train. */
export interface FullCatalogue extends Catalogue, OptimParts {
  readonly optimizers: OptimParts['optimizers'];
  readonly gradientSteps: OptimParts['gradientSteps'];
  readonly tasks: readonly Task[];
  readonly models: readonly Model[];
  readonly activations: readonly Activation[];
  readonly losses: readonly Loss[];
}

/** A catalogue with the contents of files, in place of those it had. */
export const withFiles = (catalogue: FullCatalogue, files: Files): FullCatalogue => ({ ...catalogue, files });

/** Whether a catalogue has the built-in parts and no others; it may have files. */
export const isBuiltIn = (catalogue: FullCatalogue): boolean =>
  (Object.keys(builtIn) as (keyof typeof builtIn)[]).every((key) => catalogue[key] === builtIn[key]);

/** The built-in parts. */
export const builtIn = {
  tasks: builtInTasks,
  models: builtInModels,
  activations: builtInActivations,
  ...builtInOptim,
  losses: builtInLosses,
} as const satisfies FullCatalogue;
/** The type of the built-in catalogue, with its kinds. */
export type BuiltIn = typeof builtIn;

/** A catalogue with more tasks after its own; a kind that already exists is a mistake of the caller. */
export function withTasks(catalogue: FullCatalogue, tasks: readonly Task[]): FullCatalogue {
  const all: readonly Part[] = [...catalogue.tasks, ...tasks];
  const kinds = kindsOf(all);
  const twice = kinds.find((kind, i) => kinds.indexOf(kind) !== i);
  invariant(twice === undefined, `withTasks: there are two tasks ${twice}`);
  return { ...catalogue, tasks: [...catalogue.tasks, ...tasks] };
}
