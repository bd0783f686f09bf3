import { invariant } from '@grokscope/base';
import type { Catalogue, Part } from '@grokscope/schema';
import { coreParts, kindsOf } from '@grokscope/schema';
import { builtInTasks, type Task } from '@grokscope/tasks';

/** A catalogue whose parts are whole: not only known to a decoder, but able to train. */
export interface FullCatalogue extends Catalogue {
  readonly tasks: readonly Task[];
}

/** The parts that are built in. */
export const builtIn = { ...coreParts, tasks: builtInTasks } as const satisfies FullCatalogue;
/** What the built-in catalogue is, its kinds as types. */
export type BuiltIn = typeof builtIn;

/** A catalogue with more tasks behind its own; a kind that is there already is a mistake of the caller. */
export function withTasks(catalogue: FullCatalogue, tasks: readonly Task[]): FullCatalogue {
  const all: readonly Part[] = [...catalogue.tasks, ...tasks];
  const kinds = kindsOf(all);
  const twice = kinds.find((kind, i) => kinds.indexOf(kind) !== i);
  invariant(twice === undefined, `withTasks: there are two tasks ${twice}`);
  return { ...catalogue, tasks: [...catalogue.tasks, ...tasks] };
}
