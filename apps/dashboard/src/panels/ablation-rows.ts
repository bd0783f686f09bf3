import { formatNumber } from '@grokscope/figures';
import type { Analysis, SplitMeans } from '@grokscope/interpret';

/** One thing taken out of the network, and what it leaves. */
export interface AblationRow {
  /** The heading it stands under. */
  readonly group: string;
  readonly label: string;
  /** The frequency it is about, for its colour. */
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

/** Every ablation that was measured, the whole network first. */
export const ablationRows = (analysis: Analysis): AblationRow[] => {
  const { loss, restrictedLoss, excludedLoss, ablations } = analysis;
  const logits = 'Frequencies in the logits';
  const neurons = 'Frequencies in the neurons';
  const parts = 'Parts';
  const byFrequency = (
    group: string,
    verb: string,
    left: Readonly<Record<string, SplitMeans>> | undefined,
  ): AblationRow[] =>
    Object.entries(left ?? {}).map(([k, losses]) => row(group, `${verb} k = ${k}`, losses, Number(k)));
  return [
    row('', 'the whole network', loss),
    ...(restrictedLoss ? [row(logits, 'only the key frequencies', restrictedLoss)] : []),
    ...(excludedLoss ? [row(logits, 'without the key frequencies', { train: excludedLoss.all })] : []),
    ...byFrequency(logits, 'without', ablations?.logits?.drop),
    ...byFrequency(logits, 'only', ablations?.logits?.keep),
    ...(ablations?.neurons ? [row(neurons, 'only the key frequencies', ablations.neurons.keepKeys)] : []),
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

/** The one frequency whose absence costs most, in words. */
export const ablationTitle = (analysis: Analysis): string => {
  const dropped = Object.entries(analysis.ablations?.logits?.drop ?? {});
  const [first] = dropped;
  if (!first) return 'What each part is worth';
  const lossOf = ({ test, all }: SplitMeans): number => test ?? all;
  const [k, left] = dropped.reduce((most, one) => (lossOf(one[1]) > lossOf(most[1]) ? one : most), first);
  const [whole, without] = [lossOf(analysis.loss), lossOf(left)];
  const name = left.test === undefined ? 'loss' : 'test loss';
  if (!(without > whole)) return 'No single frequency is missed yet';
  return `Without frequency ${k} the ${name} goes from ${formatNumber(whole)} to ${formatNumber(without)}`;
};
