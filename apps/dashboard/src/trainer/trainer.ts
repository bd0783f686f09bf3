import type { Engine } from '@grokscope/engine';
import { EngineError } from '@grokscope/engine';
import type { NamedTensor } from '@grokscope/model';
import { namedMeasureFaults } from '@grokscope/interpret';
import type { RunSpec } from '@grokscope/schema';
import { formatSpecErrors } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import { datasetOf } from '@grokscope/parts';
import type { TrainingCommand, TrainingItem } from '@grokscope/training';
import { admitCommand, train } from '@grokscope/training';
import { Subject } from 'rxjs';
import { latestWins } from './latest-wins.js';
import type { FromTrainer, ToTrainer, TrainerFailure } from './protocol.js';
import { resolveOrder } from './resolve-order.js';
import type { Machine } from './threads.js';
import { threadsFor, whyThreads } from './threads.js';

/** What a trainer needs of the worker it runs in. */
export interface TrainerDeps {
  readonly machine: Machine;
  readonly createEngine: (threads: number) => Promise<Engine>;
  readonly post: (message: FromTrainer, transfer?: Transferable[]) => void;
}

interface TrainingSetup {
  readonly spec: RunSpec;
  readonly dataset: Dataset;
  readonly engine: Engine;
}

const explain = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/**
 * One run for one page: receives the page's messages. It posts every event of the run, the newest weights that the page
 * can take, those to be kept, and `done` (or `failed`) last. It stores nothing.
 */
export const createTrainer = ({
  machine,
  createEngine,
  post,
}: TrainerDeps): ((message: ToTrainer) => void) => {
  const commands = new Subject<TrainingCommand>();
  const tensors = latestWins<{ readonly step: number; readonly tensors: readonly NamedTensor[] }>((newest) =>
    post(
      { type: 'tensors', ...newest },
      newest.tensors.map(({ data }) => data.buffer as ArrayBuffer),
    ),
  );
  const fail = (failure: TrainerFailure): void => post({ type: 'failed', failure });

  const prepare = async (order: Start['order']): Promise<TrainingSetup | null> => {
    const spec = resolveOrder(order);
    if (spec._tag === 'Left') {
      fail({ _tag: 'BadOrder', problems: spec.left });
      return null;
    }
    const dataset = datasetOf(spec.right);
    if (dataset._tag === 'Left') {
      fail({ _tag: 'BadOrder', problems: [dataset.left] });
      return null;
    }
    const unfit = namedMeasureFaults(spec.right, [], dataset.right);
    if (unfit.length > 0) {
      fail({ _tag: 'BadOrder', problems: unfit.map((fault) => ({ message: formatSpecErrors([fault]) })) });
      return null;
    }
    try {
      const engine = await createEngine(threadsFor(machine));
      return { spec: spec.right, dataset: dataset.right, engine };
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      fail({ _tag: 'NoEngine', message: error.message });
      return null;
    }
  };

  const start = async ({ runId, order, showEvery }: Start): Promise<void> => {
    const prepared = await prepare(order);
    if (prepared === null) return;
    const { spec, dataset, engine } = prepared;
    const take = (item: TrainingItem): void => {
      if (item.type !== 'snapshot') return post({ type: 'event', event: item });
      const { step, weights } = item;
      // Sent before the offer, which may transfer the memory.
      if (item.purpose !== 'observe') post({ type: 'saved', step, tensors: weights });
      tensors.offer({ step, tensors: weights });
    };
    const why = whyThreads(engine.threads, machine);
    const deps = { engine, dataset, runId, why, commands$: commands, snapshotEvery: showEvery };
    train(spec, deps).subscribe({
      next: take,
      error: (defect: unknown) => fail({ _tag: 'Broken', message: explain(defect) }),
      complete: () => {
        tensors.flush();
        void engine.dispose().then(() => post({ type: 'done' }));
      },
    });
  };

  return (message) => {
    switch (message.type) {
      case 'start':
        start(message).catch((thrown: unknown) => fail({ _tag: 'Broken', message: explain(thrown) }));
        return;
      case 'command':
        commands.next(admitCommand(message.command, 'page'));
        return;
      case 'taken':
        tensors.taken();
        return;
      default:
        message satisfies never;
    }
  };
};

type Start = Extract<ToTrainer, { readonly type: 'start' }>;
