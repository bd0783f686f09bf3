import type { Preset, RunSpecInput, TaskSpec } from '@grokscope/schema';
import { isPlainObject, runSpecDefaults } from '@grokscope/schema';

/** A preset whose spec carries its name. */
export const preset = (name: string, teaches: string, spec: RunSpecInput): Preset => ({
  name,
  teaches,
  spec: { ...spec, name },
});

/** Entries of a spec that override those before them; `data` is complete, since its keys are alternatives. */
type Sections = Omit<Partial<RunSpecInput>, 'task'>;

/**
 * A recipe: the mainline's, overridden by each of `changes` in turn, section by section; a model that names its kind is
 * complete.
 */
export function recipe(task: TaskSpec, ...changes: readonly Sections[]): RunSpecInput {
  return changes.reduce<RunSpecInput>(
    (spec, change) => {
      const sections = Object.entries(change).map(([section, values]) => {
        const below = (spec as unknown as Readonly<Record<string, unknown>>)[section];
        // Data are alternatives, and a model of another kind has other keys.
        const isWhole =
          section === 'data' || (isPlainObject(values) && 'kind' in values && section === 'model');
        const isOver = !isWhole && isPlainObject(values) && isPlainObject(below);
        return [section, isOver ? { ...below, ...values } : values];
      });
      return { ...spec, ...Object.fromEntries(sections) };
    },
    { ...runSpecDefaults, task },
  );
}

/** The mainline's split with another share of the examples to train on. */
export const split = (trainFraction: number): Sections => ({
  data: { ...runSpecDefaults.data, trainFraction },
});

/** Examples drawn anew at every step. */
export const infinite = { infinite: true, splitSeed: 0, split: 'native' } as const;

/** Examples drawn once, this many. */
export const drawnOnce = (trainExamples: number): Sections => ({
  data: { trainExamples, splitSeed: 0, split: 'native' },
});
