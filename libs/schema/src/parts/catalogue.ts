import Type from 'typebox';
import type { TSchema } from 'typebox';
import type { SpecError } from '../decoding/errors.js';
import { oneOf, text } from '../decoding/fields.js';
import type { ModelSpec } from '../spec/model-spec.js';
import type { OptimizerSpec } from '../spec/optimizer-spec.js';
import { own, type PlainObject } from '../decoding/plain.js';
import type { RunSpecInput } from '../spec/run-spec.js';
import type { Files } from './file-contents.js';
import type { TaskSpec } from './task-spec.js';

/** The longest name of a part of any kind. */
const MAX_KIND = 200;

/*
 * The parts that specs may name. Each part declares here what a decoder has to know of it; its behaviour (examples, an
 * update rule, a gradient) belongs to the room that holds it, whose definition of a part extends the one here.
 */

/** A part that a spec names. */
export interface Part {
  /** The name by which a spec refers to it. */
  readonly kind: string;
  /** The name that notes on a run use: `AdamW`; default: its kind. */
  readonly title?: string;
}

/**
 * The schemas of a part's own keys, by key. A leaf carries `allowed`, the phrase that errors show, and may carry
 * `default`, its value where a spec is silent, `describedAs`, the phrase that lists show (see `withDefault`), and `title`,
 * the title of an axis of its values (see `titled`). A key that may be absent may carry `absent` instead, what its absence
 * means: a decoded spec never writes that out (see `absentAs`). A key that is an alternative to another carries that one's
 * name as `replacedBy`: its default does not hold where the other is given (see `unless`). One whose value is a file's path
 * carries `file: true` (see `filePath`).
 */
export type ParameterSchemas = Readonly<Record<string, TSchema>>;

/** What a decoder knows of a task. The functions receive tasks whose parameters are each valid by themselves. */
export interface TaskPart<Spec = TaskSpec> extends Part {
  /** Its keys beside `kind`. */
  readonly parameters: ParameterSchemas;
  /** Whether its examples are drawn, so that each step may train on new ones; otherwise they are a full table. */
  readonly isSampled: boolean;
  /**
   * Errors of parameters that do not fit each other; absent if there are no such rules. A method, so that a list may
   * hold parts of any spec.
   */
  rules?(task: Spec): readonly SpecError[];
  /**
   * How many different examples there are: of a full table all; of a task that draws its examples what can be drawn, as
   * a float64 (it may be Infinity). NaN where that is in a file that is not among `files`, or not as it should be.
   */
  exampleCount(task: Spec, files?: Files): number;
  /** How many operands an example has, by which a model may have tensors; default: two. */
  operandCount?(task: Spec): number;
  /** The sections of a spec that differ from the mainline's where a spec of this task is silent. */
  readonly recipe?: PlainObject;
  /** Its presets: runs worth watching. */
  readonly presets?: readonly Preset[];
}

/** A run worth watching, with a description. */
export interface Preset {
  readonly name: string;
  /** One sentence that says what there is to see. */
  readonly teaches: string;
  readonly spec: RunSpecInput;
  /** The preset of another task after which lists show it; default: the order of the tasks. */
  readonly after?: string;
}

/** What a decoder knows of a model architecture. */
export interface ModelPart extends Part {
  /** The keys of the section `model` other than `kind`; `actFn` is the schema of the available activations. */
  parameters(actFn: TSchema): ParameterSchemas;
  /** Rules between keys; absent if there are none. */
  readonly rules?: readonly ModelRule[];
  /** The names of its trained tensors, as weight files have them, in their order, on a task of so many operands (default: two). */
  tensorNames(model: ModelSpec, operands?: number): readonly string[];
  /** How notes on a run describe it, phrase by phrase; default: its kind and keys. */
  words?(model: ModelSpec): readonly string[];
}

/** A rule between keys of the section `model`. */
export interface ModelRule {
  /** The keys it reads: the rule is applied only if each of them is valid by itself. */
  readonly reads: readonly string[];
  errors(model: ModelSpec): readonly SpecError[];
}

/** What a decoder knows of an optimizer. All kinds share lr, betas, eps, weightDecay and warmupSteps. */
export interface OptimizerPart extends Part {
  /** Keys that other kinds need not have; kinds that share a key share its schema. */
  readonly parameters?: ParameterSchemas;
  /** Defaults of these keys; an object is filled in key by key. */
  defaults?(section: PlainObject): PlainObject;
  /**
   * What notes on a run report of its own keys, as a list of phrases; a gradient step that is off adds nothing.
   * Default: nothing.
   */
  words?(optimizer: OptimizerSpec): readonly string[];
}

/**
 * What a decoder knows of a gradient step: keys of the section `optimizer` that turn it on, for every kind of
 * optimizer.
 */
export type GradientStepPart = OptimizerPart;

/**
 * Every part that a spec may name, in the order in which errors and lists name them. The built-in catalogue (room
 * `parts`) is a value like any other.
 */
export interface Catalogue {
  /** `any`: a task of any kind with any parameters, for code that stores or shows runs and makes no examples. */
  readonly tasks: readonly TaskPart[] | 'any';
  /**
   * `model.kind`. Here and below, `any` admits a part of any kind, for code that stores or shows runs and trains none.
   */
  readonly models: readonly ModelPart[] | 'any';
  /** `model.actFn`. */
  readonly activations: readonly Part[] | 'any';
  /** `optimizer.kind`; with `any`, the section may have any keys besides the common ones. */
  readonly optimizers: readonly OptimizerPart[] | 'any';
  /** Keys of `optimizer` that change gradients, in the order in which they are applied. */
  readonly gradientSteps: readonly GradientStepPart[];
  /** `training.loss`. */
  readonly losses: readonly Part[] | 'any';
  /** The contents of files that specs name, as far as they have been read; default: none. */
  readonly files?: Files;
}

/** The names by which a spec refers to parts. */
export const kindsOf = (parts: readonly Part[]): string[] => parts.map(({ kind }) => kind);

/** The schema of a key that names one of these parts. */
export const kindSchema = (parts: readonly Part[] | 'any'): TSchema =>
  parts === 'any' ? text(MAX_KIND) : oneOf(...kindsOf(parts));

/** The part of this name; undefined if there is none. */
export const partOf = <P extends Part>(parts: readonly P[], kind: unknown): P | undefined =>
  parts.find((part) => part.kind === kind);

/** The task of this name; undefined if there is none, or if any task is admitted. */
export const taskPartOf = ({ tasks }: Pick<Catalogue, 'tasks'>, kind: unknown): TaskPart | undefined =>
  tasks === 'any' ? undefined : partOf(tasks, kind);

/** The values that a part's schemas give by `default`; those of alternatives to keys that are `given` do not hold. */
export const defaultsOf = (parameters: ParameterSchemas, given: PlainObject = {}): PlainObject =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([key, schema]) => {
      const { default: value, replacedBy } = schema as {
        readonly default?: unknown;
        readonly replacedBy?: string;
      };
      const isReplaced = replacedBy !== undefined && own(given, replacedBy) !== undefined;
      return value === undefined || isReplaced ? [] : [[key, value] as const];
    }),
  );

/** The meanings of absence, for the keys that declare one. */
export const absentOf = (parameters: ParameterSchemas): PlainObject =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([key, schema]) => {
      const { absent } = schema as { readonly absent?: unknown };
      return absent === undefined ? [] : [[key, absent] as const];
    }),
  );

/** A part's schemas without the annotations on keys: a validator might fill in defaults on its own. */
export const plainSchemas = (parameters: ParameterSchemas): Record<string, TSchema> =>
  Object.fromEntries(
    Object.entries(parameters).map(([key, schema]) => {
      const {
        default: _default,
        describedAs: _describedAs,
        title: _title,
        replacedBy: other,
        absent,
        ...plain
      } = schema as Record<string, unknown>;
      const isOptional = absent !== undefined || other !== undefined;
      return [key, isOptional ? Type.Optional(plain as TSchema) : plain];
    }),
  );

/** Every preset of a catalogue's tasks, in the order lists show them. */
export function presetsOf({ tasks }: Pick<Catalogue, 'tasks'>): readonly Preset[] {
  const all = tasks === 'any' ? [] : tasks.flatMap(({ presets = [] }) => presets);
  const listed: Preset[] = [];
  const add = (preset: Preset): void => {
    listed.push(preset);
    for (const other of all) if (other.after === preset.name) add(other);
  };
  const names = new Set(all.map(({ name }) => name));
  for (const preset of all) if (preset.after === undefined || !names.has(preset.after)) add(preset);
  return listed;
}
