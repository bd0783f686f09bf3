import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Tensors } from '@grokscope/formats';
import type { Model, NamedTensor } from '@grokscope/model';
import { decodeWeights } from '@grokscope/model';
import { datasetOf, decodeRunSpec } from '@grokscope/parts';
import type { EndedEvent, RunSpec } from '@grokscope/schema';
import { formatSpecErrors, InvalidSpec } from '@grokscope/schema';
import type { ReopenedRun, StoreError } from '@grokscope/store';
import { reopenRunFolder } from '@grokscope/store';
import type { Dataset } from '@grokscope/tasks';
import type { ExactTensor, ResumeFrom } from '@grokscope/training';
import type { ExactEngineChoice } from '../engines/engines.js';
import { keptFiles } from '../files/kept-files.js';
import type { ExecuteRunDeps, ExecuteRunOptions } from '../run/execute-options.js';
import { checkRoom, ownParts, withDefaults } from '../run/execute-run.js';
import { EXACT_PREFIX } from '../run/recorder.js';
import { recordRun } from '../run/record-run.js';
import { changedParts } from '../parts/changed-parts.js';
import { codeWithFiles, equip, type PartsOptions } from '../parts/equip.js';
import { orFault } from '../parts/faults.js';
import { Resumption } from './resumption.js';
import { stageHistory } from '../run/stage-history.js';

/** How a resumed run is observed and controlled; spec, engine and threads are the run's own. */
export interface ResumeRunOptions extends Pick<
  ExecuteRunOptions,
  'runsDir' | 'snapshotEvery' | 'commands$' | 'signal' | 'onItem' | keyof PartsOptions
> {
  /** `training.steps`, a total; default: unchanged. */
  readonly steps?: number;
  /** True continues with files of parts that have changed since the run began. Default false: they are refused. */
  readonly allowChangedParts?: boolean;
}

/**
 * Continues a run that was interrupted, killed or stopped, from its newest good checkpoint, with its own engine and
 * threads: its final weights equal, byte for byte, those of a run that was never interrupted. The steps after the
 * checkpoint are computed again, but no fact is stored twice; settings that were changed meanwhile are changed again at
 * their steps.
 *
 * The run's data files are read from its folder, or from their original place if they are unchanged.
 *
 * Errors: those of `reopenRunFolder`; `InvalidSpec` if a file of parts has changed, does not exist or does not load;
 * `DiskTooSmall`; `MalformedCheckpoint` if the weights do not fit the spec; `MalformedRun` if a data file of the run is
 * gone or has changed.
 */
export function resumeRun(
  runId: string,
  options: ResumeRunOptions,
  deps: Partial<ExecuteRunDeps> = {},
): TE.TaskEither<StoreError | InvalidSpec, EndedEvent> {
  return async () => {
    const { steps } = options;
    const opened = await reopenRunFolder(options.runsDir, runId, steps === undefined ? {} : { steps })();
    if (E.isLeft(opened)) return opened;
    const { writer, point, history } = opened.right;
    const { rewrites, ...record } = writer.record;
    const refuse = async <R extends StoreError | InvalidSpec>(error: R): Promise<E.Either<R, EndedEvent>> => {
      await writer.close()();
      return E.left(error);
    };
    const malformed = (message: string) => refuse({ _tag: 'MalformedRun', path: writer.folder, message });
    const changed = await changedParts(record.parts);
    if (changed.length > 0 && options.allowChangedParts !== true)
      return refuse(new InvalidSpec(changed, `the run ${runId}`));
    const files = keptFiles(writer.folder, record);
    if (E.isLeft(files)) return malformed(files.left);
    const code = codeWithFiles(options, files.right.size === 0 ? undefined : files.right);
    const equipped = await equip(record.spec, code)();
    if (E.isLeft(equipped)) return refuse(equipped.left);
    const { catalogue, sinks } = equipped.right;
    // The store accepts a task of any kind; the code that trains it has to know it.
    const decoded = orFault(
      () => decodeRunSpec(record.spec, catalogue),
      (error) => [error],
    );
    if (E.isLeft(decoded)) return malformed(`the spec is not valid: ${formatSpecErrors(decoded.left)}`);
    const spec: RunSpec = decoded.right;
    const made = (): E.Either<{ readonly message: string }, Dataset> => datasetOf(spec, catalogue);
    const dataset = orFault(made, (error) => error);
    if (E.isLeft(dataset)) return malformed(dataset.left.message);
    const { started } = history.facts;
    const size = {
      fromStep: point?.step ?? 0,
      isExact: (started?.engine ?? record.engine) === 'reference',
      keepAllCheckpoints: record.keepAllCheckpoints ?? false,
    };
    const room = await checkRoom(spec, dataset.right, options.runsDir, size, catalogue)();
    if (E.isLeft(room)) return refuse(room.left);
    const from = resumeFrom(opened.right, spec, dataset.right, catalogue.models);
    if (E.isLeft(from)) return refuse(from.left);
    const past = await stageHistory(opened.right, options.runsDir, spec, dataset.right, catalogue.models);
    const notes = [
      ...past.notes,
      ...changed.map(({ value }) => `the parts of ${String(value)} have changed since the run began`),
    ];
    const threads = started?.threads ?? record.threads;
    const trainOptions = {
      engine: started?.engine ?? (record.engine as ExactEngineChoice),
      ...(threads === null ? {} : { threads }),
      ...(rewrites === undefined ? {} : { rewrites }),
      ...ownParts(code),
      ...from.right,
      resumeFrom: { ...from.right.resumeFrom, history: past.history },
    };
    return recordRun(
      { writer, spec, trainOptions, sinks, resumption: new Resumption(opened.right, notes) },
      options,
      withDefaults(deps),
    );
  };
}

type Start = { readonly resumeFrom: ResumeFrom; readonly initialWeights?: readonly NamedTensor[] };

function resumeFrom(
  { point, initial, history, writer }: ReopenedRun,
  spec: RunSpec,
  dataset: Dataset,
  models: readonly Model[],
): E.Either<StoreError, Start> {
  const step = point?.step ?? 0;
  const { recorded, waiting } = history;
  const facts = {
    settings: history.settings.filter((command) => command.step >= step),
    pending: waiting,
    recorded,
  };
  if (!point) {
    const progress = {
      settings: {},
      stepMemorized: null,
      stepGeneralized: null,
      elapsedMs: 0,
      evaluationMs: 0,
    };
    const start = { resumeFrom: { step, progress, ...facts } };
    if (!initial) return E.right(start);
    const weights = weightsOf(initial, writer.folder, spec, dataset, models);
    return E.isLeft(weights) ? weights : E.right({ ...start, initialWeights: weights.right });
  }
  const weights = weightsOf(point.weights, point.path, spec, dataset, models);
  if (E.isLeft(weights)) return weights;
  const { optimizer, exact } = splitOptimizer(point.optimizer);
  const { progress } = point;
  return E.right({ resumeFrom: { step, weights: weights.right, optimizer, exact, progress, ...facts } });
}

function weightsOf(
  tensors: Tensors,
  path: string,
  spec: RunSpec,
  dataset: Dataset,
  models: readonly Model[],
): E.Either<StoreError, readonly NamedTensor[]> {
  const weights = decodeWeights(tensors, spec.model, dataset, models);
  return E.isRight(weights)
    ? weights
    : E.left({
        _tag: 'MalformedCheckpoint',
        path,
        message: weights.left.map(({ message }) => message).join('; '),
      });
}

function splitOptimizer(tensors: Tensors): { optimizer: NamedTensor[]; exact: ExactTensor[] } {
  const optimizer: NamedTensor[] = [];
  const exact: ExactTensor[] = [];
  for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
    if (dtype === 'F32') optimizer.push({ name, shape, data });
    else if (dtype === 'F64' && name.startsWith(EXACT_PREFIX))
      exact.push({ name: name.slice(EXACT_PREFIX.length), shape, data });
  }
  return { optimizer, exact };
}
