import type { RunSpec } from '@grokscope/schema';
import type { Accessor } from 'solid-js';
import { batch, createEffect, createSignal, on, onCleanup, untrack } from 'solid-js';
import type { WeightSet } from '../run/weight-set.js';
import { createLookClient } from './look-client.js';
import type { Choice, Looks, NeuronsLook } from './looks.js';
import { firstChoice, noLooks } from './looks.js';

/** What is seen in the network at the step that is shown, and what the reader chose to look at. */
export interface LookState {
  readonly looks: Accessor<Looks>;
  readonly choice: Accessor<Choice>;
  readonly choose: (change: Partial<Choice>) => void;
  /** The step of the weights that are looked at; null before the first. */
  readonly step: Accessor<number | null>;
  /** Whether everything is being measured. */
  readonly isMeasuring: Accessor<boolean>;
  /** Why nothing can be seen. */
  readonly failure: Accessor<string | null>;
}

/**
 * How long each worker rests while a run moves, in times of what a look took, and at most: cores are for training, but
 * what is shown may be no older than that and a look. A short run is not held up by the costly one, which waits before
 * its first.
 */
const PACE = {
  waves: { rest: 15, mostRestMs: 3_000, startAfterMs: 0 },
  parts: { rest: 30, mostRestMs: 5_000, startAfterMs: 0 },
  deep: { rest: 40, mostRestMs: 20_000, startAfterMs: 20_000 },
};

/**
 * Looks into the weights that are shown, in workers by cost. While the run moves they rest between looks; what a person
 * asks for (a saved step, another neuron) is looked at at once.
 */
export const useLooks = (
  spec: Accessor<RunSpec | null>,
  weights: Accessor<WeightSet | null>,
  isMoving: Accessor<boolean>,
): LookState => {
  const [looks, setLooks] = createSignal<Looks>(noLooks);
  const [choice, setChoice] = createSignal<Choice>(firstChoice);
  const [isMeasuring, setMeasuring] = createSignal(false);
  const [failure, setFailure] = createSignal<string | null>(null);
  const client = (depth: keyof typeof PACE): ReturnType<typeof createLookClient> =>
    createLookClient({
      depth,
      ...PACE[depth],
      onLooks: (some) => batch(() => setLooks((known) => ({ ...known, ...some }))),
      onBusy: (isBusy) => {
        if (depth === 'deep') setMeasuring(isBusy);
      },
      onFailed: setFailure,
    });
  const waves = client('waves');
  const parts = client('parts');
  const deep = client('deep');

  const ask = (asked: ReturnType<typeof client>, isUrgent: boolean): void => {
    const [known, now] = [spec(), weights()];
    if (known && now)
      asked.ask({ spec: known, weights: now, choice: choice(), isLive: isMoving() }, isUrgent);
  };
  // Until the reader picks a neuron, the page shows the clearest one.
  let hasPicked = false;
  const pickClearest = ({ frequency, explained }: NeuronsLook): void => {
    hasPicked = true;
    const assigned = explained.map((share, i) => ((frequency[i] ?? 0) > 0 ? share : 0));
    const best = assigned.reduce((at, share, i) => (share > (assigned[at] ?? 0) ? i : at), 0);
    if ((assigned[best] ?? 0) > 0) setChoice((known) => ({ ...known, neuron: best }));
    else hasPicked = false;
  };
  createEffect(() => {
    const { neurons } = looks();
    if (neurons && !hasPicked) untrack(() => pickClearest(neurons));
  });
  createEffect(
    on([spec, weights, isMoving], ([, , moves], before) => {
      // Who comes back from a saved step to the run as it goes waits for it, too.
      const isReturn = before !== undefined && moves && !before[2];
      for (const one of [waves, parts, deep]) ask(one, !moves || isReturn);
    }),
  );
  createEffect(on(choice, () => ask(parts, true), { defer: true }));
  onCleanup(() => {
    waves.close();
    parts.close();
    deep.close();
  });
  return {
    looks,
    choice,
    choose: (change) => {
      if (change.neuron !== undefined) hasPicked = true;
      setChoice((known) => ({ ...known, ...change }));
    },
    step: () => weights()?.step ?? null,
    isMeasuring,
    failure,
  };
};
