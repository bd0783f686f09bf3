import * as E from 'fp-ts/lib/Either.js';
import { analysisMeasures, subjectOf, type Measure, type Subject } from '@grokscope/interpret';
import { datasetOf, type FullCatalogue } from '@grokscope/parts';
import { presetsOf, type SpecInput } from '@grokscope/schema';
import { resolveWithFiles, type OwnParts } from 'grokscope';
import type { CliError } from '../errors.js';
import { EXIT } from '../errors.js';
import type { Output } from '../output.js';
import { table } from '../present/table.js';
import { useFiles } from '../use-files.js';
import type { ListOptions } from './lists.js';

/** Small models on which measures are tried: admission depends on a model's kind, not on its size. */
const MODELS = {
  transformer: { nLayers: 1, dModel: 8, nHeads: 2, dHead: 4, dMlp: 8 },
  mlp: { kind: 'mlp', hidden: [8], dEmbed: 4 },
} as const;

/** When a measure is computed, in words. */
const WHEN = {
  live: 'in every run',
  byName: 'in runs that name it in observe.measures',
  saved: 'for saved weights: analyze',
  savedByName: 'for saved weights on request: analyze --measure',
} as const;

/** `grokscope measures`: lists every measure, with the tasks and models that admit it. */
export async function measuresCommand(
  options: ListOptions,
  output: Output,
): Promise<E.Either<CliError, number>> {
  const own = await useFiles(options.use, '--use');
  if (E.isLeft(own)) return own;
  const { measures, tasks } = describeMeasures(own.right);
  if (options.json === true) output.out(`${JSON.stringify(measures, null, 2)}\n`);
  else {
    const texts = measures.map(({ name, title, formula, source, unit, range, needs, when, admitted }) => {
      const rows = [
        ['formula', formula],
        ...(source === null ? [] : [['source', source]]),
        ['unit', `${unit === '1' ? 'a pure number' : unit}, ${rangeText(range)}`],
        ...(needs.length > 0 ? [['reads', `weights, ${needs.join(', ')}`]] : []),
        ['when', WHEN[when]],
        ...Object.entries(admitted).map(([model, kinds]) => [model, tasksText(kinds, tasks[model]!)]),
      ];
      return `${name}: ${title}\n${table(rows.map(([head, text]) => ['', `${head}:`, text]))}`;
    });
    output.out(texts.join(''));
  }
  return E.right(EXIT.done);
}

/** Every measure as plain data, and of each model how many tasks it was asked for. */
function describeMeasures({ catalogue, measures: own }: OwnParts) {
  const subjects = Object.entries(MODELS).map(([model, section]) => ({
    model,
    of: subjectsOf(section, catalogue),
  }));
  const tasks = Object.fromEntries(subjects.map(({ model, of }) => [model, of.length]));
  const measures = [...analysisMeasures, ...own].map((measure) => {
    const { name, title, formula, source = null, unit, range, needs } = measure;
    const admitted = subjects.map(({ model, of }) => {
      const tasks = of.filter(({ subject }) => isAdmitted(measure, subject));
      return [model, tasks.map(({ kind }) => kind)] as const;
    });
    const when = whenOf(measure);
    return { name, title, formula, source, unit, range, needs, when, admitted: Object.fromEntries(admitted) };
  });
  return { measures, tasks };
}

const whenOf = ({ savedOnly, byName }: Measure): keyof typeof WHEN => {
  if (savedOnly === true) return byName === 'everywhere' ? 'savedByName' : 'saved';
  return byName === undefined ? 'live' : 'byName';
};

const isAdmitted = (measure: Measure, subject: Subject): boolean => measure.whyNot?.(subject) === undefined;

/** One subject for each task that the model can be trained on, its first preset with this model. */
function subjectsOf(
  model: object,
  given: FullCatalogue,
): readonly { readonly kind: string; readonly subject: Subject }[] {
  const presets = presetsOf(given);
  return given.tasks.flatMap(({ kind }) => {
    const preset = presets.find(({ spec }) => spec.task.kind === kind);
    if (preset === undefined) return [];
    const read = resolveWithFiles(
      { task: preset.spec.task, data: preset.spec.data, model } as SpecInput,
      given,
    );
    if (E.isLeft(read)) return [];
    const { spec, catalogue } = read.right;
    const dataset = datasetOf(spec, catalogue);
    return E.isLeft(dataset) ? [] : [{ kind, subject: subjectOf(spec.model, dataset.right) }];
  });
}

const rangeText = ([least, most]: Measure['range']): string =>
  `from ${least ?? '−∞'} ${most === null ? 'up' : `to ${most}`}`;

function tasksText(tasks: readonly string[], all: number): string {
  if (tasks.length === 0) return 'no task';
  return tasks.length === all ? 'every task' : tasks.join(', ');
}
