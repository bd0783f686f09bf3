import { builtIn } from '@grokscope/parts';
import type { Catalogue, FindingStatistic } from '@grokscope/schema';

/* The words with which figures and tables name what was varied and what was measured. Losses are in nats. */

const PATHS: Readonly<Record<string, string>> = {
  'data.trainFraction': 'training fraction (share of all examples)',
  'data.trainExamples': 'training examples (number)',
  'data.splitSeed': 'seed of the split',
  'data.labelNoise': 'label noise (share of training labels)',
  'model.seed': 'seed',
  'model.nLayers': 'layers (number)',
  'model.dModel': 'width of the residual stream (numbers)',
  'model.dMlp': 'neurons of the MLP (number)',
  'model.initScale': 'scale of the initial weights (factor)',
  'optimizer.weightDecay': 'weight decay (per unit of learning rate)',
  'optimizer.lr': 'learning rate',
  'task.kind': 'task',
  'training.batchSize': 'batch size (examples)',
  'training.loss': 'loss function',
};

/**
 * A spec path as an axis title; the path's last part in words if there is no better name. A parameter of a task is
 * named as in the first task of the catalogue that gives it a title.
 */
export function describePath(path: string, { tasks }: Pick<Catalogue, 'tasks'> = builtIn): string {
  if (Object.hasOwn(PATHS, path)) return PATHS[path]!;
  const last = path.slice(path.lastIndexOf('.') + 1);
  return (
    (path === `task.${last}` ? titleOfParameter(tasks, last) : undefined) ??
    last.replace(
      /([a-z0-9])([A-Z])/g,
      (_, before: string, letter: string) => `${before} ${letter.toLowerCase()}`,
    )
  );
}

function titleOfParameter(tasks: Catalogue['tasks'], key: string): string | undefined {
  if (tasks === 'any') return undefined;
  for (const { parameters } of tasks) {
    const { title } = (parameters[key] ?? {}) as { readonly title?: string };
    if (title !== undefined) return title;
  }
  return undefined;
}

/** A statistic as a panel's title and as an axis title with its unit. */
export function describeStatistic(
  statistic: FindingStatistic,
  threshold?: number,
): { readonly title: string; readonly axis: string } {
  const below = threshold === undefined ? 'the threshold' : `${threshold} (nats)`;
  switch (statistic) {
    case 'stepGeneralized':
      return { title: 'test accuracy ≥ 99 %', axis: 'steps to generalise' };
    case 'stepMemorized':
      return { title: 'train accuracy ≥ 99 %', axis: 'steps to memorise' };
    case 'grokkingDelay':
      return { title: 'from memorised to generalised', axis: 'delay (steps)' };
    case 'stepTestLossBelow':
      return { title: `test loss < ${below}`, axis: 'steps to get there' };
    case 'stepTrainLossBelow':
      return { title: `train loss < ${below}`, axis: 'steps to get there' };
    case 'finalTestLoss':
      return { title: 'test loss at the end', axis: 'test loss (nats)' };
    case 'finalTrainLoss':
      return { title: 'train loss at the end', axis: 'train loss (nats)' };
    case 'finalTestAccuracy':
      return { title: 'test accuracy at the end', axis: 'test accuracy (share right)' };
    default:
      return statistic satisfies never;
  }
}
