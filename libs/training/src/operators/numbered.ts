import type { RunEvent } from '@grokscope/schema';
import type { OperatorFunction } from 'rxjs';
import { defer, map } from 'rxjs';
import type { Fact, Stamp, ToldItem, TrainingItem } from '../item.js';

/**
 * The only place that assigns an event its `runId`, `seq` and `time`, which follow its type. A fact from a custom
 * stream may already have such fields: those of the run take precedence.
 */
export const stamped = ({ type, ...content }: Fact<RunEvent>, stamp: Stamp): RunEvent =>
  ({ type, ...stamp, ...content, ...stamp }) as RunEvent;

/**
 * Numbers the facts of a run that is not stored: `seq` is 0, 1, 2, …, starting again for each subscription; `time` is
 * when the fact arrived. Snapshots, errors and completion pass through. A stored run is numbered by its recorder, in
 * the order of storing.
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
