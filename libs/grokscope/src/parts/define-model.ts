import type { ForwardInputs, Model, ParameterInfo, TaskDimensions } from '@grokscope/model';
import type { ModelSpec, ParameterSchemas } from '@grokscope/schema';
import { integer, withDefault } from '@grokscope/schema';
import { marked, type DefinedPart } from './defined.js';
import { guarded, shown, tensorProblem } from './guard.js';
import { markFor, requireFunctions, requireKind, requireParameters } from './required.js';

/** The section `model` of a spec, with the model's own keys. */
type Section = ModelSpec & Readonly<Record<string, unknown>>;

/** A model architecture as its author writes it; `Model` documents the members that are not described here. */
export interface OwnModel extends Omit<
  Model,
  'parameters' | 'tensorNames' | 'tensors' | 'forward' | 'values' | 'outputs' | 'whyNot' | 'words'
> {
  /** The word by which a spec names it: `model.kind`. */
  readonly kind: string;
  /**
   * The schemas of its keys beside `kind`, or a function that makes them from the schema of `actFn`; `seed` is always
   * added.
   */
  readonly parameters?: ParameterSchemas | Model['parameters'];
  /** The names of its trained tensors, in order; needed if they depend on the spec. Default: the names of `tensors`. */
  tensorNames?(model: Section, operands?: number): readonly string[];
  /** Returns every trained tensor; `parameter(name, shape, spread)` makes one. */
  tensors(model: Section, task: TaskDimensions): readonly ParameterInfo[];
  /** Returns the logits `[nExamples·nScored, dVocabOut]` of a batch, composed of `ops`. */
  forward(model: Section, inputs: ForwardInputs): ReturnType<Model['forward']>;
  /** About how many values of one example a pass holds; default: an estimate from the tensors. */
  values?: Model['values'];
  outputs?: Model['outputs'];
  whyNot?: Model['whyNot'];
  words?(model: Section): readonly string[];
}

/** A task with `count` operands and the smallest sizes: of a task, the names of tensors may depend on `count` alone. */
const anyTask = (count: number): TaskDimensions => ({
  dVocab: 4,
  dVocabOut: 4,
  nCtx: count + 1,
  operands: { count, values: 3, answers: 3 },
});

/**
 * Defines a model architecture: its tensors, and its forward pass composed of `ops`; gradients are derived
 * automatically.
 *
 * Throws `PartFault` if something required is missing. A function of the model that throws, returns a wrong shape or
 * asks for a tensor that it did not list raises a `PartFault` when a spec with the model is read.
 *
 * @example
 * export const bag = defineModel({
 *   kind: 'bag',
 *   tensors: (_, { dVocab, dVocabOut }) => [parameter('embed.W_E', [dVocab, dVocabOut], 0.1)],
 *   forward: (_, inputs) => sumOfTokens(inputs, inputs.weight('embed.W_E')),
 * });
 */
export function defineModel(model: OwnModel): DefinedPart<Model> {
  const part = markFor('model', model.kind, defineModel);
  requireKind(part, model.kind, 'kind');
  const given = model.parameters ?? {};
  if (typeof given !== 'function') requireParameters(part, given);
  requireFunctions(part, model, ['tensors', 'forward']);
  const tensors = guarded(
    part,
    'tensors',
    (spec: ModelSpec, task: TaskDimensions) => model.tensors(spec as Section, task),
    tensorsProblem,
  );
  const { tensorNames, values, outputs, whyNot, words } = model;
  return marked<Model>(
    {
      ...model,
      parameters: (actFn) => ({
        ...(typeof given === 'function' ? given(actFn) : given),
        seed: withDefault(integer(0), 0),
      }),
      tensorNames: tensorNames
        ? guarded(part, 'tensorNames', (spec: ModelSpec, operands?: number) =>
            tensorNames.call(model, spec as Section, operands),
          )
        : (spec, operands = 2) => tensors(spec, anyTask(operands)).map(({ name }) => name),
      tensors,
      forward: guarded(
        part,
        'forward',
        (spec: ModelSpec, inputs: ForwardInputs) => {
          const names = tensors(spec, inputs.task).map(({ name }) => name);
          return model.forward(spec as Section, { ...inputs, weight: weightOf(inputs, names) });
        },
        (logits, [, { task, batch }]) => {
          const rows = batch.scored instanceof Int32Array ? batch.scored.length : batch.scored.shape[0]!;
          return tensorProblem(logits, [rows, task.dVocabOut], 'scored positions × outputs');
        },
      ),
      values: values
        ? guarded(part, 'values', values.bind(model))
        : (spec, sizes) => {
            const widths = tensors(spec, sizes).reduce((sum, { shape }) => sum + (shape.at(-1) ?? 1), 0);
            return { evaluated: widths * sizes.nCtx, trained: 2 * widths * sizes.nCtx };
          },
      ...(outputs ? { outputs: guarded(part, 'outputs', outputs.bind(model)) } : {}),
      ...(whyNot ? { whyNot: guarded(part, 'whyNot', whyNot.bind(model)) } : {}),
      ...(words
        ? { words: guarded(part, 'words', (spec: ModelSpec) => words.call(model, spec as Section)) }
        : {}),
    },
    part,
  );
}

const weightOf =
  ({ weight }: ForwardInputs, names: readonly string[]): ForwardInputs['weight'] =>
  (name) => {
    if (!names.includes(name))
      throw new Error(`asks for the tensor ${shown(name)}; \`tensors\` lists ${names.join(', ')}`);
    return weight(name);
  };

function tensorsProblem(tensors: readonly ParameterInfo[]): string | undefined {
  if (!Array.isArray(tensors) || tensors.length === 0)
    return `returned ${shown(tensors)}; wanted is a list of at least one tensor, as parameter(name, shape, spread) makes them`;
  const seen = new Set<string>();
  for (const { name, shape, initialSpread, initialMean } of tensors as readonly ParameterInfo[]) {
    if (typeof name !== 'string' || !/^[A-Za-z][\w.]{0,99}$/.test(name))
      return `names a tensor ${shown(name)}; allowed are up to 100 letters, digits, _ and dots, a letter first`;
    if (seen.has(name)) return `lists the tensor ${name} twice`;
    seen.add(name);
    if (!Array.isArray(shape) || !shape.every((size) => Number.isInteger(size) && size >= 1))
      return `gives ${name} the shape ${JSON.stringify(shape)}; allowed are sizes of at least 1`;
    if (!Number.isFinite(initialSpread) || !Number.isFinite(initialMean))
      return `starts ${name} with spread ${initialSpread} about ${initialMean}; allowed are finite numbers`;
  }
  return undefined;
}
