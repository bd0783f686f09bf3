/** What a worker computes from weights, for tests: everything it posts for one order. Not for the page. */
import { initialWeights } from '@grokscope/model';
import type { NamedTensor } from '@grokscope/model';
import type { RunSpec } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import { datasetOf } from '@grokscope/parts';
import { createLooker } from '../look/looker.js';
import type { Choice, Looks } from '../look/looks.js';
import { firstChoice, noLooks } from '../look/looks.js';
import type { Depth, FromLooker } from '../look/protocol.js';

/** The value of an Either that must be a Right. */
export const right = <A>(either: { readonly _tag: string; readonly right?: A }): A => {
  if (either._tag !== 'Right') throw new Error('expected a right');
  return either.right as A;
};

/** The data of a spec and its initial weights. */
export const beginningOf = (spec: RunSpec): { dataset: Dataset; tensors: readonly NamedTensor[] } => {
  const dataset = right(datasetOf(spec));
  return { dataset, tensors: initialWeights(spec.model, dataset) };
};

/** The looks of one depth at weights of step 40; throws if the worker failed. */
export const lookAt = async (
  depth: Depth,
  spec: RunSpec,
  tensors: readonly NamedTensor[],
  choice: Choice = firstChoice,
): Promise<Looks> => {
  const said: FromLooker[] = [];
  await new Promise<void>((resolve) => {
    const take = createLooker({
      post: (message) => {
        said.push(message);
        if (message.type === 'done') resolve();
      },
      breathe: () => Promise.resolve(),
      now: () => 0,
    });
    const order = { spec, weights: { step: 40, tensors }, choice, isLive: false };
    take({ type: 'look', id: 1, depth, order });
  });
  const failed = said.find((message) => message.type === 'failed');
  if (failed) throw new Error(failed.message);
  return said.reduce(
    (looks, message) => (message.type === 'looks' ? { ...looks, ...message.looks } : looks),
    noLooks,
  );
};
