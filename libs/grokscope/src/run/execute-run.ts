import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { parameterCount, parameters } from '@grokscope/model';
import { optimizerStates, type OptimParts } from '@grokscope/optim';
import { builtIn, type FullCatalogue } from '@grokscope/parts';
import type { EndedEvent, InvalidSpec, RunSpec, SpecInput } from '@grokscope/schema';
import type { RunSize, StoreError } from '@grokscope/store';
import { checkDiskSpace, createRunFolder, createRunId } from '@grokscope/store';
import type { Dataset } from '@grokscope/tasks';
import { copiesOf, filesToKeep } from '../files/kept-files.js';
import type { ExecuteRunDeps, ExecuteRunOptions } from './execute-options.js';
import { codeWithFiles, equip, withAbsoluteUse, type PartsOptions } from '../parts/equip.js';
import { tryParts } from '../parts/trial.js';
import { readSpec } from '../weights/read-spec.js';
import { byName } from './recorder.js';
import { recordRun } from './record-run.js';
import { trainFacts } from '../train/train.js';

/** Fills in the real dependencies where none are given. */
export const withDefaults = (deps: Partial<ExecuteRunDeps>): ExecuteRunDeps => ({
  train: trainFacts,
  now: () => new Date(),
  ...deps,
});

/**
 * Trains one run and keeps it in its own folder: each event as a line, each checkpoint as a file. Resolves with the
 * `ended` event, whatever its reason; nothing is emitted after it.
 *
 * The recorder assigns `seq` and `time` in the order of storing: a `checkpoint` event follows its file, and `ended` is
 * last. An error of the training stream (a defect) is stored as an ending with reason `failed`. What the spec leaves
 * out is filled in from the defaults of a spec file, or from its `base`; the complete spec is stored. If some parts are
 * not built in, a trial of the first step is made first, so that an error in one of them refuses the run.
 *
 * Errors: `InvalidSpec`, which lists every fault, and `DiskTooSmall` if the disk cannot hold the run, both before
 * anything is written; those of `createRunFolder`; `DiskFailure` if nothing more can be stored, which ends the run.
 */
export function executeRun(
  input: SpecInput,
  options: ExecuteRunOptions,
  deps: Partial<ExecuteRunDeps> = {},
): TE.TaskEither<StoreError | InvalidSpec, EndedEvent> {
  const all = withDefaults(deps);
  return async () => {
    const { engine, threads, rewrites, initial, keepAllCheckpoints } = options;
    const given = withAbsoluteUse(input);
    const equipped = await equip(given, options)();
    if (E.isLeft(equipped)) return equipped;
    const own = equipped.right;
    const read = readSpec(given, own);
    if (E.isLeft(read)) return read;
    const { spec, dataset, catalogue } = read.right;
    const kept = filesToKeep(spec, catalogue);
    const isExact = engine === 'reference';
    const size = { isExact, ...(keepAllCheckpoints === undefined ? {} : { keepAllCheckpoints }) };
    const room = await checkRoom(spec, dataset, options.runsDir, size, catalogue)();
    if (E.isLeft(room)) return room;
    const trainOptions = {
      ...(engine === undefined ? {} : { engine }),
      ...(threads === undefined ? {} : { threads }),
      ...(rewrites === undefined ? {} : { rewrites }),
      ...(initial === undefined ? {} : { initialWeights: initial.weights }),
      ...ownParts(codeWithFiles(options, catalogue.files)),
    };
    const tried = await tryParts(spec, own, (trial) => all.train(trial, trainOptions));
    if (E.isLeft(tried)) return tried;
    const now = all.now();
    const record = {
      runId: options.runId ?? createRunId(spec.name, now),
      name: spec.name,
      createdAt: now.toISOString(),
      spec,
      engine: engine ?? 'auto',
      threads: threads ?? null,
      ...(rewrites === undefined ? {} : { rewrites }),
      ...(initial === undefined ? {} : { initFrom: initial.path }),
      ...(keepAllCheckpoints === undefined ? {} : { keepAllCheckpoints }),
      ...(own.files.length === 0 ? {} : { parts: own.files }),
      ...(kept.length === 0 ? {} : { files: kept.map(({ file }) => file) }),
    };
    const weights = initial && byName(initial.weights);
    const created = await createRunFolder(options.runsDir, record, weights, copiesOf(kept))();
    if (E.isLeft(created)) return created;
    return recordRun({ writer: created.right, spec, trainOptions, sinks: own.sinks }, options, all);
  };
}

/** The options that are code, and so are passed to the trainer unchanged. */
export const ownParts = ({ catalogue, measures, parts }: PartsOptions): PartsOptions => ({
  ...(parts === undefined ? {} : { parts }),
  ...(catalogue === undefined ? {} : { catalogue }),
  ...(measures === undefined ? {} : { measures }),
});

type SizeParts = OptimParts & Pick<FullCatalogue, 'models'>;
type SizeOptions = Pick<RunSize, 'fromStep' | 'isExact' | 'keepAllCheckpoints'>;

/** Compares what the run will occupy on the disk with the free space. */
export const checkRoom = (
  spec: RunSpec,
  dataset: Dataset,
  runsDir: string,
  options: SizeOptions = {},
  parts: SizeParts = builtIn,
): TE.TaskEither<StoreError, void> => checkDiskSpace(runsDir, runSize(spec, dataset, options, parts));

/** What determines how much a run writes: everything that its optimizer keeps is included. */
export function runSize(
  spec: RunSpec,
  dataset: Dataset,
  options: SizeOptions = {},
  parts: SizeParts = builtIn,
): RunSize {
  const states = optimizerStates(spec.optimizer, parameters(spec.model, dataset, parts.models), parts);
  const optimizerCount = states.reduce((sum, { parameter }) => sum + sizeOf(parameter.shape), 0);
  return {
    spec,
    parameterCount: parameterCount(spec.model, dataset, parts.models),
    optimizerCount,
    ...options,
  };
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
