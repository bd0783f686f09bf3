import type { RunEvent } from '@grokscope/schema';
import type { OperatorFunction } from 'rxjs';
import { defer, map } from 'rxjs';
import type { Fact, Stamp, ToldItem, TrainingItem } from '../item.js';

/**
 * The only place that gives an event its `runId`, `seq` and `time`; they stand after its type. A fact from a stream of
 * one's own may have such fields already: those of the run hold.
 */
export const stamped = ({ type, ...content }: Fact<RunEvent>, stamp: Stamp): RunEvent =>
  ({ type, ...stamp, ...content, ...stamp }) as RunEvent;

/**
 * Numbers the facts of a run that is not stored: `seq` is 0, 1, 2, … anew for each subscription, `time` is when the fact
 * came. Snapshots, errors and completion pass through. A stored run is numbered by its recorder, in the order of storing.
 *
 * @example trainFacts(spec, deps).pipe(numbered('a')).subscribe((item) => console.log(item.type));
 */
export const numbered =
  (runId: string, now: () => number = Date.now): OperatorFunction<ToldItem, TrainingItem> =>
  (told$) =>
    defer(() => {
      let seq = 0;
      return told$.pipe(
        map((item): TrainingItem =>
          item.type === 'snapshot'
            ? item
            : stamped(item, { runId, seq: seq++, time: new Date(now()).toISOString() }),
        ),
      );
    });
