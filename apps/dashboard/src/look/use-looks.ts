import type { RunSpec } from '@grokscope/schema';
import type { Accessor } from 'solid-js';
import { batch, createEffect, createSignal, on, onCleanup, untrack } from 'solid-js';
import type { WeightSet } from '../run/weight-set.js';
import { createLookClient } from './look-client.js';
import type { Choice, Looks, NeuronsLook } from './looks.js';
import { firstChoice, noLooks } from './looks.js';

/** What is seen in the network at the displayed step, and what the user chose to see. */
export interface LookState {
  readonly looks: Accessor<Looks>;
  readonly choice: Accessor<Choice>;
  readonly choose: (change: Partial<Choice>) => void;
  /** The step of the analysed weights; null before the first. */
  readonly step: Accessor<number | null>;
  /** Whether all measures are being computed. */
  readonly isMeasuring: Accessor<boolean>;
  /** Why nothing can be seen. */
  readonly failure: Accessor<string | null>;
}

/**
 * How long each worker rests during a run, as a multiple of a look's duration, and at most: cores are for training, but
 * what is shown must not be older than that plus a look. The costly worker waits before its first look, so that it does
 * not hold up a short run.
 */
const PACE = {
  waves: { rest: 15, mostRestMs: 3_000, startAfterMs: 0 },
  parts: { rest: 30, mostRestMs: 5_000, startAfterMs: 0 },
  deep: { rest: 40, mostRestMs: 20_000, startAfterMs: 20_000 },
};

/**
 * Computes looks at the displayed weights, in workers grouped by cost. During a run they rest between looks; what a
 * user requests (a saved step, another neuron) is computed at once.
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
  // Until the user picks a neuron, the page shows the clearest one.
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
      // A user who returns from a saved step to the live run is waiting, too.
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
