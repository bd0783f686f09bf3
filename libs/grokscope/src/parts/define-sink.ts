import type { RunSpec } from '@grokscope/schema';
import type { TrainingItem } from '@grokscope/training';
import type { Observable, ObservableInput } from 'rxjs';
import { marked, type DefinedPart } from './defined.js';
import { guarded } from './guard.js';
import { markFor, requireFunctions, requireKind } from './required.js';

/** The run that a sink listens to. */
export interface SinkRun {
  readonly runId: string;
  /** The run's folder, absolute. */
  readonly folder: string;
  readonly spec: RunSpec;
}

/** A destination for a run's items beside its folder: a file, another program, a message at the end. */
export interface Sink {
  /** The name that messages use. */
  readonly name: string;
  /**
   * Consumes what a run emits (snapshots, and events once they are stored), and completes when it has finished with
   * them; the run's process waits for that for at most ten seconds. The values that it emits are ignored.
   */
  consume(items$: Observable<TrainingItem>, run: SinkRun): ObservableInput<unknown>;
}

/**
 * Defines a sink. Every run that uses its file feeds it. An error in a sink ends the sink, not the run: it is reported
 * once, and the run continues.
 *
 * Throws `PartFault` if something is missing.
 *
 * @example
 * export const lastWords = defineSink({
 *   name: 'lastWords',
 *   consume: (items$, { folder }) =>
 *     items$.pipe(
 *       filter(({ type }) => type === 'ended'),
 *       concatMap((ended) => writeFile(join(folder, 'ended.json'), JSON.stringify(ended))),
 *     ),
 * });
 */
export function defineSink(sink: Sink): DefinedPart<Sink> {
  const part = markFor('sink', sink.name, defineSink);
  requireKind(part, sink.name, 'name');
  requireFunctions(part, sink, ['consume']);
  return marked({ name: sink.name, consume: guarded(part, 'consume', sink.consume.bind(sink)) }, part);
}
