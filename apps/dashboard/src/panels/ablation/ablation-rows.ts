import { formatNumber } from '@grokscope/figures';
import type { Analysis, SplitMeans } from '@grokscope/interpret';
import { areTelling } from '../../look/significance.js';

/** One part removed from the network, and the resulting loss. */
export interface AblationRow {
  /** The heading of its group. */
  readonly group: string;
  readonly label: string;
  /** The frequency it concerns, for its colour. */
  readonly k: number | null;
  readonly train: number | null;
  readonly test: number | null;
}

const row = (
  group: string,
  label: string,
  left: Partial<SplitMeans>,
  k: number | null = null,
): AblationRow => ({
  group,
  label,
  k,
  train: left.train ?? null,
  test: left.test ?? null,
});

/** Every ablation that was measured and is meaningful, the whole network first. */
export const ablationRows = (analysis: Analysis): AblationRow[] => {
  const { loss, restrictedLoss, excludedLoss, ablations } = analysis;
  const logits = 'Frequencies in the logits';
  const neurons = 'Frequencies in the neurons';
  const parts = 'Parts';
  const isTelling = hasTellingKeys(analysis);
  const byFrequency = (
    group: string,
    verb: string,
    left: Readonly<Record<string, SplitMeans>> | undefined,
  ): AblationRow[] =>
    Object.entries(left ?? {}).map(([k, losses]) => row(group, `${verb} k = ${k}`, losses, Number(k)));
  return [
    row('', 'the whole network', loss),
    ...(restrictedLoss && isTelling ? [row(logits, 'only the key frequencies', restrictedLoss)] : []),
    ...(excludedLoss && isTelling
      ? [row(logits, 'without the key frequencies', { train: excludedLoss.all })]
      : []),
    ...byFrequency(logits, 'without', ablations?.logits?.drop),
    ...byFrequency(logits, 'only', ablations?.logits?.keep),
    ...(ablations?.neurons && isTelling
      ? [row(neurons, 'only the key frequencies', ablations.neurons.keepKeys)]
      : []),
    ...byFrequency(neurons, 'without', ablations?.neurons?.drop),
    ...(ablations?.heads ?? []).flatMap(({ zero, mean }, head) => [
      row(parts, `without head ${head}`, zero),
      row(parts, `head ${head} at its mean`, mean),
    ]),
    ...(ablations?.mlp
      ? [
          row(parts, 'without the MLP', ablations.mlp.zero),
          row(parts, 'the MLP at its mean', ablations.mlp.mean),
        ]
      : []),
  ];
};

/**
 * Whether the key frequencies of an analysis are meaningful; early in training the rule marks nearly all frequencies.
 */
const hasTellingKeys = ({ keyFrequencies, keyFrequencyRule, spectra }: Analysis): boolean => {
  const keys = (keyFrequencyRule && keyFrequencies?.[keyFrequencyRule]) ?? [];
  const count = spectra?.embedding.length ?? Infinity;
  return areTelling(keys, 2 * count);
};

/** Removing a frequency is mentioned if the loss rises by this factor, and by this many nats. */
const MATTERS = { times: 1.5, nats: 0.05 };

/**
 * A sentence on the frequency whose absence costs most. Given only for a network that does better than guessing on the
 * measured examples, has few key frequencies, and shows a considerable rise: what a random network loses or gains with
 * any of its frequencies is meaningless.
 *
 * @param guess the loss of guessing: log of the number of answers
 */
export const ablationTitle = (analysis: Analysis, guess: number): string => {
  const dropped = Object.entries(analysis.ablations?.logits?.drop ?? {});
  const [first] = dropped;
  if (!first) return 'What each part contributes';
  const lossOf = ({ test, all }: SplitMeans): number => test ?? all;
  const [k, left] = dropped.reduce((most, one) => (lossOf(one[1]) > lossOf(most[1]) ? one : most), first);
  const [whole, without] = [lossOf(analysis.loss), lossOf(left)];
  const name = left.test === undefined ? 'loss' : 'test loss';
  const isKnown = Number.isFinite(whole) && whole < guess && hasTellingKeys(analysis);
  const isMissed = without > MATTERS.times * whole && without > whole + MATTERS.nats;
  if (!isKnown || !isMissed || !Number.isFinite(without)) return 'No single frequency matters yet';
  return `Without frequency ${k} the ${name} goes from ${formatNumber(whole)} to ${formatNumber(without)}`;
};
