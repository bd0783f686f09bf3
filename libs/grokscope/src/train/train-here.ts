import type { RunSpec } from '@grokscope/schema';
import { admitCommand, timeSteps, trainFacts, type ToldItem } from '@grokscope/training';
import * as E from 'fp-ts/lib/Either.js';
import { concat, defer, ignoreElements, map, type Observable } from 'rxjs';
import { chooseEngine } from '../engines/engines.js';
import { equip } from '../parts/equip.js';
import { requireSpec } from '../weights/read-spec.js';
import type { TrainOptions } from './train-options.js';
import { whileHeld } from './while-held.js';

/**
 * Trains in the calling thread, as a cold Observable of facts that are not numbered yet: chooses the engine, generates
 * the examples, and runs the stream of `training`. The thread is free between chunks of about 60 ms. The engine is
 * disposed of when the stream completes.
 *
 * Errors: `InvalidSpec`; an engine that is not available; a defect.
 */
export const trainHere = (
  given: RunSpec,
  { engine: choice = 'auto', threads, runId, commands$, ...options }: TrainOptions = {},
): Observable<ToldItem> =>
  whileHeld(
    async () => {
      const equipped = await equip(given, options)();
      if (E.isLeft(equipped)) throw equipped.left;
      const { measures } = equipped.right;
      const { spec, dataset, catalogue } = requireSpec(given, equipped.right);
      const time = (candidate: Parameters<typeof timeSteps>[2]): Promise<number> =>
        timeSteps(spec, dataset, candidate, options.rewrites, catalogue);
      return { spec, dataset, catalogue, measures, ...(await chooseEngine(choice, threads, time)) };
    },
    ({ engine }) => engine.dispose(),
    ({ spec, dataset, catalogue, measures, engine, why }) =>
      concat(
        trainFacts(spec, {
          ...options,
          catalogue,
          measures,
          engine,
          why,
          dataset,
          runId: runId ?? spec.name,
          ...(commands$ && { commands$: commands$.pipe(map((command) => admitCommand(command, 'code'))) }),
        }),
        defer(() => engine.dispose()).pipe(ignoreElements()),
      ),
  );
