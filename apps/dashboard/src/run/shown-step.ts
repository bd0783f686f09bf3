import type { Accessor } from 'solid-js';
import { createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js';
import type { RunSource } from './run-source.js';
import type { RunView } from './run-state.js';
import { createSavedWeights } from './saved-weights.js';
import type { WeightSet } from './weight-set.js';

/** The step that the page shows: the newest as it comes, or a saved one. */
export interface ShownStep {
  /** The saved step chosen; null: live. */
  readonly chosen: Accessor<number | null>;
  /** The step that all panels refer to. */
  readonly step: Accessor<number>;
  /** Shows a saved step, or with null the newest again. */
  readonly choose: (step: number | null) => void;
  /** The weights of that step, or of the previously shown one until they arrive; null before the first. */
  readonly weights: Accessor<WeightSet | null>;
  /** Why the weights of the chosen step cannot be shown. */
  readonly problem: Accessor<string | null>;
}

/** Long enough that dragging along the slider requests none of the steps it passes. */
const SETTLE_MS = 80;
/** Bytes of weights that are cached, so that going back and forth requests them once. */
const AT_HAND = 64 * 2 ** 20;

/** The displayed step of one run; lives as long as the calling component. */
export const createShownStep = (source: RunSource, view: Accessor<RunView>): ShownStep => {
  const [chosen, setChosen] = createSignal<number | null>(null);
  const [loaded, setLoaded] = createSignal<WeightSet | null>(null);
  const [problem, setProblem] = createSignal<string | null>(null);
  const atHand = createSavedWeights(AT_HAND);
  const live = createMemo(() => view().weights);

  createEffect(
    on(chosen, (step) => {
      setProblem(null);
      if (step === null) return;
      const known = atHand.get(step);
      if (known) {
        setLoaded(known);
        return;
      }
      let isWanted = true;
      const load = async (): Promise<void> => {
        const answer = await source.weightsAt(step)();
        if (answer._tag === 'Right') atHand.keep(answer.right);
        if (!isWanted) return;
        if (answer._tag === 'Right') setLoaded(answer.right);
        else if (answer.left._tag === 'Refused')
          setProblem(answer.left.problems[0]?.message ?? 'The weights of this step cannot be read.');
        else setProblem('The server does not answer, so the weights of this step cannot be shown.');
      };
      const timer = setTimeout(() => void load(), SETTLE_MS);
      onCleanup(() => {
        isWanted = false;
        clearTimeout(timer);
      });
    }),
  );

  const weights = createMemo<WeightSet | null>((previous) => {
    const step = chosen();
    if (step === null) return live() ?? previous;
    const now = loaded();
    return now?.step === step ? now : previous;
  }, null);
  return {
    chosen,
    step: createMemo(() => chosen() ?? view().step),
    choose: setChosen,
    weights,
    problem,
  };
};
