import type { FrequencyPlane } from '@grokscope/interpret';
import { modulusOf } from '@grokscope/figures';
import { embeddingSpectrum, frequencyPlane } from '@grokscope/interpret';
import type { RunCommand, RunSpec } from '@grokscope/schema';
import { Subject, scan } from 'rxjs';
import type { Accessor } from 'solid-js';
import { createEffect, createMemo, from } from 'solid-js';
import { browserFrame, coalesce } from './coalesce.js';
import type { Watch } from './connection.js';
import type { FrequencyChoice } from './frequency-tracker.js';
import { chooseFrequencies, noFrequencies } from './frequency-tracker.js';
import type { RunSource } from './run-source.js';
import type { RunView } from './run-state.js';
import { initialRunView, reduceFacts } from './run-state.js';
import type { ShownStep } from './shown-step.js';
import { createShownStep } from './shown-step.js';
import { watchEvery } from './watch-pace.js';
import type { WeightSet } from './weight-set.js';
import { weightNames } from './weight-set.js';

const EMBEDDING = 'embed.W_E';

/** What the embedding shows at one step. */
export interface EmbeddingLook {
  readonly step: number;
  readonly p: number;
  /** [(p−1)/2] norm of each frequency at index k−1. */
  readonly byFrequency: Float64Array;
  /** [p] norms of constant, cosines and sines. */
  readonly component: Float64Array;
  readonly choice: FrequencyChoice;
  /** The plane of each frequency drawn as a circle. */
  readonly planes: ReadonlyMap<number, FrequencyPlane>;
}

export interface LiveRun {
  readonly view: Accessor<RunView>;
  /** The step that is shown, live or saved. */
  readonly shown: ShownStep;
  readonly look: Accessor<EmbeddingLook | null>;
  readonly send: (command: RunCommand) => void;
  /** Tries to connect at once, if the page is waiting to. */
  readonly retry: () => void;
}

const lookAt = (weights: WeightSet, spec: RunSpec, previous: EmbeddingLook | null): EmbeddingLook | null => {
  const tensor = weights.tensors.find(({ name }) => name === EMBEDDING);
  const p = modulusOf(spec.task);
  const [rows = 0, dModel = 0] = tensor?.shape ?? [];
  if (!tensor || p === undefined || p < 3 || rows < p || dModel === 0) return null;
  const { byFrequency, component } = embeddingSpectrum(tensor.data, p, dModel);
  const choice = chooseFrequencies(previous?.choice ?? noFrequencies, byFrequency);
  const planes = new Map(choice.circles.map((k) => [k, frequencyPlane(tensor.data, p, dModel, k)]));
  return { step: weights.step, p, byFrequency, component, choice, planes };
};

/** One run, followed live for as long as the calling component lives, wherever it is computed. */
export const useRun = (source: RunSource): LiveRun => {
  const commands = new Subject<RunCommand>();
  const wake = new Subject<void>();
  const watches = new Subject<Watch>();
  const views$ = source
    .facts$({
      watch$: watches,
      commands$: commands,
      wake$: wake,
    })
    .pipe(coalesce(browserFrame), scan(reduceFacts, initialRunView));

  const latest = from(views$);
  const view = (): RunView => latest() ?? initialRunView;
  const spec = createMemo(() => view().started?.spec ?? null);
  const pace = createMemo(() => watchEvery(view().latest?.stepsPerSecond ?? null));
  createEffect(() => {
    const known = spec();
    if (known) watches.next({ names: weightNames(known), everySteps: pace() });
  });
  const shown = createShownStep(source, view);
  const look = createMemo<EmbeddingLook | null>((previous) => {
    const [weights, known] = [shown.weights(), spec()];
    return weights && known ? lookAt(weights, known, previous) : previous;
  }, null);
  return {
    view,
    shown,
    look,
    send: (command) => commands.next(command),
    retry: () => wake.next(),
  };
};
