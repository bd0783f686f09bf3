import type { FrequencyPlane } from '@grokscope/interpret';
import { embeddingSpectrum, frequencyPlane } from '@grokscope/interpret';
import type { RunCommand } from '@grokscope/schema';
import { Subject, scan } from 'rxjs';
import type { Accessor } from 'solid-js';
import { createMemo, from } from 'solid-js';
import { browserFrame, coalesce } from './coalesce.js';
import type { FrequencyChoice } from './frequency-tracker.js';
import { chooseFrequencies, noFrequencies } from './frequency-tracker.js';
import type { RunSource } from './run-source.js';
import type { RunView } from './run-state.js';
import { initialRunView, reduceFacts } from './run-state.js';
import { numbersOf } from './task-words.js';

const EMBEDDING = 'embed.W_E';
/** Often enough that the eye sees the circles move, seldom enough to leave the run its cores. */
const WATCH_EVERY_STEPS = 10;

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
  readonly look: Accessor<EmbeddingLook | null>;
  readonly send: (command: RunCommand) => void;
  /** Tries to connect at once, if the page is waiting to. */
  readonly retry: () => void;
}

const lookAt = (view: RunView, previous: EmbeddingLook | null): EmbeddingLook | null => {
  const tensor = view.tensors.get(EMBEDDING);
  const p = numbersOf(view.started);
  const [rows = 0, dModel = 0] = tensor?.shape ?? [];
  if (!tensor || p === undefined || p < 3 || rows < p || dModel === 0) return null;
  const { byFrequency, component } = embeddingSpectrum(tensor.data, p, dModel);
  const choice = chooseFrequencies(previous?.choice ?? noFrequencies, byFrequency);
  const planes = new Map(choice.circles.map((k) => [k, frequencyPlane(tensor.data, p, dModel, k)]));
  return { step: tensor.step, p, byFrequency, component, choice, planes };
};

/** One run, followed live for as long as the calling component lives, wherever it is computed. */
export const useRun = (source: RunSource): LiveRun => {
  const commands = new Subject<RunCommand>();
  const wake = new Subject<void>();
  const views$ = source
    .facts$({
      watch: { names: [EMBEDDING], everySteps: WATCH_EVERY_STEPS },
      commands$: commands,
      wake$: wake,
    })
    .pipe(coalesce(browserFrame), scan(reduceFacts, initialRunView));

  const latest = from(views$);
  const view = (): RunView => latest() ?? initialRunView;
  const tensor = createMemo(() => view().tensors.get(EMBEDDING));
  const spec = createMemo(() => view().started?.spec);
  const look = createMemo<EmbeddingLook | null>((previous) => {
    tensor();
    spec();
    return lookAt(view(), previous);
  }, null);
  return {
    view,
    look,
    send: (command) => commands.next(command),
    retry: () => wake.next(),
  };
};
