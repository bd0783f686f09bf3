import { LEARNT_ACCURACY } from '@grokscope/schema';
import { strongFrequencies } from '@grokscope/interpret';
import type { RunCommand } from '@grokscope/schema';
import { Subject, scan } from 'rxjs';
import type { Accessor } from 'solid-js';
import { createEffect, createMemo, from } from 'solid-js';
import { browserFrame, coalesce } from '../connection/coalesce.js';
import type { Watch } from '../connection/connection.js';
import type { FrequencyChoice } from './frequency-tracker.js';
import { chooseFrequencies, noFrequencies, onlyHues } from './frequency-tracker.js';
import type { LookState } from '../look/use-looks.js';
import { useLooks } from '../look/use-looks.js';
import { viewAt } from './known-at.js';
import type { RunSource } from './run-source.js';
import type { RunView } from './run-state.js';
import { initialRunView, reduceFacts } from './run-state.js';
import type { ShownStep } from './shown-step.js';
import { createShownStep } from './shown-step.js';
import type { ComparedStep } from '../plot/age.js';
import type { Chance } from '../story/chance.js';
import { chanceOf } from '../story/chance.js';
import type { Waves } from '../plot/waves.js';
import { keysOf, noWaves, wavesOf } from '../plot/waves.js';
import { watchEvery } from './watch-pace.js';
import { weightNames } from './weight-set.js';

export interface LiveRun {
  readonly view: Accessor<RunView>;
  /** The displayed step, live or saved. */
  readonly shown: ShownStep;
  /** The reference for the age of looks. */
  readonly pace: Accessor<ComparedStep>;
  /** The accuracy of guessing on the run's task; null before it is known. */
  readonly chance: Accessor<Chance | null>;
  /** What is seen in the network at that step. */
  readonly look: LookState;
  /** The coloured frequencies, the same in all panels. */
  readonly frequencies: Accessor<FrequencyChoice>;
  /** Those of them that story and spectra mention, at the step of the last look. */
  readonly waves: Accessor<Waves>;
  readonly send: (command: RunCommand) => void;
  /** Tries to connect at once, if the page is waiting to. */
  readonly retry: () => void;
}

/** One run, followed live for as long as the calling component lives, wherever it is computed. */
export const useRun = (source: RunSource): LiveRun => {
  const commands = new Subject<RunCommand>();
  const wake = new Subject<void>();
  const watches = new Subject<Watch>();
  const views$ = source
    .facts$({ watch$: watches, commands$: commands, wake$: wake })
    .pipe(coalesce(browserFrame), scan(reduceFacts, initialRunView));

  const latest = from(views$);
  const view = (): RunView => latest() ?? initialRunView;
  const spec = createMemo(() => view().started?.spec ?? null);
  const everySteps = createMemo(() => watchEvery(view().latest?.stepsPerSecond ?? null));
  createEffect(() => {
    const known = spec();
    const names = known ? weightNames(known) : [];
    if (names.length > 0) watches.next({ names, everySteps: everySteps() });
  });
  const shown = createShownStep(source, view);
  const isMoving = createMemo(
    () => shown.chosen() === null && view().ended === null && view().failure === null && !view().paused,
  );
  const pace = createMemo<ComparedStep>(() => ({
    step: shown.step(),
    isMoving: shown.chosen() === null && view().ended === null && view().failure === null,
    everySteps: everySteps(),
  }));
  const chance = createMemo(() => {
    const known = spec();
    return known === null ? null : chanceOf(known);
  });
  // While the weights of the chosen step are loading, those of another step are not worth a look.
  const wanted = createMemo(() => {
    const [weights, step] = [shown.weights(), shown.chosen()];
    return step === null || weights?.step === step ? weights : null;
  });
  const look = useLooks(spec, wanted, isMoving);
  const spectra = createMemo(() => look.looks().spectra);
  const frequencies = createMemo<FrequencyChoice>((previous) => {
    const now = spectra();
    if (!now) return previous;
    const keys = now.neuronLogit ? strongFrequencies(now.neuronLogit.component) : [];
    const before = isMoving() ? previous : onlyHues(previous);
    return chooseFrequencies(before, now.embedding.byFrequency, keys);
  }, noFrequencies);
  const waves = createMemo<Waves>(() => {
    const now = spectra();
    if (!now) return noWaves;
    const { latest } = viewAt(view(), now.step);
    return wavesOf(keysOf(now), frequencies().standingOut, (latest?.testAccuracy ?? 0) >= LEARNT_ACCURACY);
  });
  return {
    view,
    shown,
    pace,
    chance,
    look,
    frequencies,
    waves,
    send: (command) => commands.next(command),
    retry: () => wake.next(),
  };
};
