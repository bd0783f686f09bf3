import { frequenciesStandingOut, type LiveMeasures, type PhaseMeasures } from '@grokscope/interpret';
import type { NamedTensor } from '@grokscope/model';
import type { PhaseEvent, ProgressEvent } from '@grokscope/schema';

/** What is stored of a resumed run, as far as its stage remembers it. */
export interface StageHistory {
  /** The reported progress, up to the step it continues from. */
  readonly progress: readonly ProgressEvent[];
  /** The losses of those steps that have metrics, by step. */
  readonly losses: ReadonlyMap<number, StoredLosses>;
  /** Every reported phase, in order. */
  readonly phases: readonly Pick<PhaseEvent, 'phase' | 'step'>[];
  /** Its checkpoints in ascending steps, with their weights if `keptSteps` names them and they are available. */
  readonly checkpoints: readonly { readonly step: number; readonly weights?: readonly NamedTensor[] }[];
}

type StoredLosses = { readonly [K in 'trainLoss' | 'testLoss']: number | null };

/** One look at the network: the measures on which phases are judged, and the step's own keys. */
export interface StageLook {
  readonly measures: PhaseMeasures;
  readonly keys: readonly number[];
}

type StageMeasures = Pick<
  LiveMeasures,
  'loss' | 'sumSquaredWeights' | 'excludedLoss' | 'restrictedLoss' | 'keyFrequencies' | 'keyFrequencyRule'
>;

/**
 * The measures on which phases are judged; undefined if a loss is missing or not a number, as in a stored fact: what
 * cannot be read again must not count while it is new.
 */
export function lookedAt(
  step: number,
  measures: StageMeasures,
  metrics: StoredLosses | undefined,
): StageLook | undefined {
  const { loss, sumSquaredWeights, excludedLoss, restrictedLoss } = measures;
  const trainLoss = loss?.train ?? metrics?.trainLoss;
  const testLoss = loss?.test ?? metrics?.testLoss;
  const total = sumSquaredWeights?.total;
  if (!isNumber(trainLoss) || !isNumber(testLoss) || !isNumber(total)) return undefined;
  return {
    keys: frequenciesStandingOut(measures),
    measures: {
      step,
      trainLoss,
      testLoss,
      sumSquaredWeights: total,
      ...(isNumber(excludedLoss?.all) ? { excludedLoss: excludedLoss.all } : {}),
      ...(isNumber(restrictedLoss?.all) ? { restrictedLoss: restrictedLoss.all } : {}),
    },
  };
}

const isNumber = (x: number | null | undefined): x is number => Number.isFinite(x);

/** The earlier measures on which phases were judged, in ascending steps. */
export function pastLooks({ progress, losses }: StageHistory): readonly StageLook[] {
  const bySteps = new Map(
    progress.filter(({ keys }) => keys !== 'final').map((event) => [event.step, event] as const),
  );
  return [...bySteps.values()]
    .sort((a, b) => a.step - b.step)
    .flatMap((event) => lookedAt(event.step, event as StageMeasures, losses.get(event.step)) ?? []);
}
