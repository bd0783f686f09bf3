import { parameterCount } from '@grokscope/model';
import { builtIn, type FullCatalogue } from '@grokscope/parts';
import { describeMeasure } from '@grokscope/schema';
import type { EndReason, EndedEvent, RunSpec, StartedEvent } from '@grokscope/schema';
import { tellTask } from '@grokscope/tasks';
import type { Fact } from './item.js';
import { finiteOrNull, type Measurement } from './metrics.js';
import type { ProgramParts } from './program/program.js';
import type { TrainDeps } from './train-deps.js';

/* The facts that a run reports at its start and its end. */

/** The facts about a run before its first step. */
export function startedFact(spec: RunSpec, deps: TrainDeps, parts: ProgramParts): Fact<StartedEvent> {
  const { engine, why, dataset, resumeFrom, measures = [], catalogue = builtIn } = deps;
  const { tasks, files }: FullCatalogue = catalogue;
  const toldTask = tellTask(spec.task, dataset, tasks, files);
  // One of saved weights alone is in no event: there is nothing to describe.
  const followed = measures.filter(({ savedOnly }) => savedOnly !== true);
  const described = followed.map(describeMeasure) as NonNullable<StartedEvent['measures']>;
  return {
    type: 'started',
    spec,
    engine: engine.name,
    threads: engine.threads,
    relaxedSimd: engine.relaxedSimd ?? false,
    parameterCount: parameterCount(spec.model, dataset, parts.models),
    why,
    ...(resumeFrom ? { resumedFrom: resumeFrom.step } : {}),
    ...(toldTask ? { toldTask: toldTask as NonNullable<StartedEvent['toldTask']> } : {}),
    ...(described.length > 0 ? { measures: described } : {}),
  };
}

/** How a run ended. */
export interface Ending {
  readonly reason: EndReason;
  /** In words; for a run that diverged, the step is reported instead. */
  readonly message: string | null;
  readonly step: number;
  /** In milliseconds: training time without pauses, and the part of it spent measuring. */
  readonly times: { readonly elapsedMs: number; readonly evaluationMs: number };
  readonly found: { readonly stepMemorized: number | null; readonly stepGeneralized: number | null };
  /** The last measurement, if there is one. */
  readonly measured: Measurement | undefined;
}

/** The outcome of a run. */
export function endedFact({ reason, message, step, times, found, measured }: Ending): Fact<EndedEvent> {
  const diverged = `the loss was not finite at step ${step}: the learning rate is likely too high`;
  return {
    type: 'ended',
    reason,
    step,
    ...times,
    stepsPerSecond: finiteOrNull((step / times.elapsedMs) * 1000),
    ...found,
    finalTrainLoss: finiteOrNull(measured?.trainLoss ?? NaN),
    finalTestLoss: finiteOrNull(measured?.testLoss ?? NaN),
    finalTestAccuracy: finiteOrNull(measured?.testAccuracy ?? NaN),
    message: reason === 'diverged' ? diverged : message,
  };
}
