import { formatCount, formatExact, formatPercent } from '@grokscope/figures';
import { builtInMeasures } from '@grokscope/interpret';
import type { MeasureInfo, RunSpec } from '@grokscope/schema';
import type { Analysis } from 'grokscope';
import { measuresSection } from './measures-section.js';
import { section } from './section.js';

type Means = Analysis['loss'];

/**
 * An analysis for a reader who has not read the papers: each number with what it means. `remarks` stand below its title:
 * what was assumed, what looks wrong.
 */
export function analysisText(
  file: string,
  spec: RunSpec,
  analysis: Analysis,
  remarks: readonly string[] = [],
  measures: readonly MeasureInfo[] = builtInMeasures,
): string {
  const { step } = analysis;
  const where = step === undefined ? '' : ` after ${formatCount(step)} steps`;
  const sections = [
    `${file}: ${spec.task.kind}, ${spec.name}${where}\n${remarks.map((line) => `  ${line}\n`).join('')}`,
    lossSection(analysis),
    tokenSection(analysis),
    keySection(analysis),
    keyLossSection(analysis),
    fitSection(analysis),
    weightsSection(analysis),
    attentionSection(analysis),
    ablationSection(analysis),
    headScoreSection(analysis),
    hiddenSection(analysis),
    measuresSection(analysis, measures),
    absentSection(analysis),
  ];
  return sections.filter((text) => text !== '').join('\n');
}

/** With a capital and a full stop. */
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const means = ({ train, test, all }: Means, format: (x: number | undefined) => string): string[] => [
  format(train),
  format(test),
  format(all),
];

function lossSection({ loss, accuracy }: Analysis): string {
  return section(
    'How good it is',
    'Cross-entropy in nats (0 is perfect, guessing is the logarithm of the number of classes) and share of right answers.',
    [
      ['', 'trained on', 'unseen', 'all'],
      ['loss', ...means(loss, formatExact)],
      ['accuracy', ...means(accuracy, formatPercent)],
    ],
  );
}

/** More scored tokens than this are no list to read. */
const MOST_TOKENS = 12;

function tokenSection({ lossByToken = [] }: Analysis): string {
  if (lossByToken.length > MOST_TOKENS) return '';
  return section(
    'Token by token',
    'The loss of each token that is wanted, first to last: which of them has it learned?',
    lossByToken.map((loss, at) => [`token ${at + 1}`, ...means(loss, formatExact)]),
  );
}

const RULES = {
  neurons: 'at least 2 neurons follow them',
  neuronLogit: 'strong in the map from neurons to logits',
  embedding: 'strong in the embedding',
} as const;

/** More frequencies than this are counted, not listed. */
const MOST_LISTED = 12;

function keySection({ keyFrequencies, keyFrequencyRule, neurons, group }: Analysis): string {
  if (!keyFrequencies) return '';
  const rows = Object.entries(RULES).flatMap(([rule, why]) => {
    const found = keyFrequencies[rule as keyof typeof RULES];
    if (!found) return [];
    const ofAll = group ? ` of ${Math.floor(group.order / 2)}` : '';
    const list = found.length > MOST_LISTED ? `${found.length}${ofAll}` : found.join(', ');
    return [[rule === keyFrequencyRule ? '→' : '', rule, why, found.length === 0 ? 'none' : list]];
  });
  const assigned = neurons
    ? `\n  ${formatCount(neurons.assigned)} neurons follow one frequency (it explains over 85 % of what they do)${Object.entries(
        neurons.byFrequency,
      )
        .map(([k, count], i) => `${i === 0 ? ': ' : ', '}${count} at ${k}`)
        .join('')}.`
    : '';
  return section(
    'Key frequencies',
    `The waves the network computes with. Three rules are in use; "→" marks the one that all below goes by.${assigned}`,
    rows,
  );
}

function keyLossSection({ restrictedLoss, excludedLoss, loss, keyFrequencies, absent }: Analysis): string {
  if (!restrictedLoss) {
    const why = absent['restrictedLoss'];
    // Without a group there are no waves to use.
    return keyFrequencies && why !== undefined ? `Does it use them?\n  ${sentence(why)}\n` : '';
  }
  const excluded = excludedLoss
    ? [
        ['excluded loss (nothing but the rest)', formatExact(excludedLoss.all), '', ''],
        ...Object.entries(excludedLoss.byFrequency).map(([k, value]) => [
          `  without frequency ${k} alone`,
          formatExact(value),
          '',
          '',
        ]),
      ]
    : [];
  return section(
    'Does it use them?',
    'If restricting it to the key frequencies keeps the loss low, and excluding them ruins it, they are the algorithm.',
    [
      ['', 'trained on', 'unseen', 'all'],
      ['loss', ...means(loss, formatExact)],
      ['restricted loss (key frequencies only)', ...means(restrictedLoss, formatExact)],
      ...excluded,
    ],
  );
}

function fitSection({ logitFit, logitVariance, group }: Analysis): string {
  if (!logitFit || !group) return '';
  const rows = Object.entries(logitFit.coefficients).map(([k, value]) => [
    `${formatExact(value)} · cos(w${k}(${group.phase}))`,
    logitVariance ? `${formatPercent(logitVariance.byFrequency[k])} of the logits' variance over inputs` : '',
  ]);
  const line = `The logits written as a sum of cosines that peak at the right answer: this explains ${formatPercent(logitFit.explained)} of them,\n  and alone has a loss of ${formatExact(logitFit.loss)}.\n  ${groupText(group)}`;
  return section('The formula', line, rows);
}

/** Over which group the waves of the formula run. */
function groupText({ operation, order, phase, generator }: NonNullable<Analysis['group']>): string {
  const waves = `w(k) = 2πk/${order}`;
  if (generator !== undefined)
    return `The task is ${operation}: its numbers but 0 are the ${order} powers of ${generator}, and log x is the exponent of x.\n  Waves run over the exponents, ${waves}.`;
  const values = phase.includes('value of')
    ? ' Waves run over the hidden values,'
    : ' Waves run over the numbers,';
  return `The task is ${operation}.${values} ${waves}.`;
}

function weightsSection({ sumSquaredWeights, gini, singularValues, principalComponents }: Analysis): string {
  const few = (values: readonly number[]): string =>
    values
      .slice(0, 8)
      .map((x) => x.toPrecision(3))
      .join(', ') + (values.length > 8 ? ', …' : '');
  return section(
    'The weights',
    'Weight decay wears them down; as waves replace memory, few components are left (Gini towards 1).',
    [
      ['sum of squares', formatExact(sumSquaredWeights.total)],
      ...Object.entries(sumSquaredWeights.byTensor).map(([name, value]) => [`  ${name}`, formatExact(value)]),
      ...(gini ? [['Gini, embedding', formatExact(gini.embedding)]] : []),
      ...(gini?.neuronLogit === undefined ? [] : [['Gini, neuron–logit map', formatExact(gini.neuronLogit)]]),
      ['singular values, W_E', few(singularValues.W_E)],
      ...(singularValues.W_L ? [['singular values, W_L', few(singularValues.W_L)]] : []),
      ...(principalComponents
        ? [['principal components of W_E', principalComponents.map((x) => formatPercent(x)).join(', ')]]
        : []),
    ],
  );
}

function attentionSection({ attentionToTokens, logitAttribution }: Analysis): string {
  if (!attentionToTokens) return '';
  const direct = logitAttribution?.heads ?? [];
  return section(
    'Attention',
    'Where each head looks from "=", on average, and what it adds by itself to the right logit (above the mean of all).',
    [
      ['', 'a', 'b', '=', 'adds'],
      ...attentionToTokens.map((shares, h) => [
        `head ${h}`,
        ...shares.map((x) => formatPercent(x)),
        formatExact(direct[h]),
      ]),
      ...(logitAttribution?.mlp === undefined
        ? []
        : [['MLP', '', '', '', formatExact(logitAttribution.mlp)]]),
    ],
  );
}

function ablationSection({ ablations }: Analysis): string {
  if (!ablations) return '';
  const { heads = [], mlp, neurons, logits } = ablations;
  const rows: (readonly string[])[] = [
    ...heads.flatMap(({ zero, mean }, h) => [
      [`head ${h} silenced`, ...means(zero, formatExact)],
      [`head ${h} frozen at its mean`, ...means(mean, formatExact)],
    ]),
    ...(mlp
      ? [
          ['MLP silenced', ...means(mlp.zero, formatExact)],
          ['MLP frozen at its mean', ...means(mlp.mean, formatExact)],
        ]
      : []),
    ...Object.entries(neurons?.drop ?? {}).map(([k, value]) => [
      `frequency ${k} out of the neurons`,
      ...means(value, formatExact),
    ]),
    ...(neurons ? [['only key frequencies in the neurons', ...means(neurons.keepKeys, formatExact)]] : []),
    ...Object.entries(logits?.drop ?? {}).map(([k, value]) => [
      `frequency ${k} out of the logits`,
      ...means(value, formatExact),
    ]),
    ...Object.entries(logits?.keep ?? {}).map(([k, value]) => [
      `only frequency ${k} in the logits`,
      ...means(value, formatExact),
    ]),
  ];
  return section('What if a part were missing?', 'The loss that is left.', [
    ['', 'trained on', 'unseen', 'all'],
    ...rows,
  ]);
}

const HIDDEN_A_LINE = 12;

function hiddenSection({ hiddenValues }: Analysis): string {
  if (!hiddenValues) return '';
  // In the order of the numbers: the circle that the network has to find.
  const names = Object.entries(hiddenValues)
    .sort(([, a], [, b]) => a - b)
    .map(([name, value]) => `${name} = ${value}`);
  return section(
    'The hidden numbers',
    'What each character stands for. The network was never shown these; "keys" above are frequencies over them.',
    Array.from({ length: Math.ceil(names.length / HIDDEN_A_LINE) }, (_, row) =>
      names.slice(row * HIDDEN_A_LINE, (row + 1) * HIDDEN_A_LINE),
    ),
  );
}

function headScoreSection({ headScores }: Analysis): string {
  if (!headScores) return '';
  return section(
    'What the heads do',
    'Mean attention to the token before, to earlier copies of the token, and to what followed them (induction).',
    [
      ['', 'previous', 'duplicate', 'induction'],
      ...headScores.map(({ layer, head, previousToken, duplicateToken, induction }) => [
        `layer ${layer}, head ${head}`,
        formatPercent(previousToken),
        formatPercent(duplicateToken),
        formatPercent(induction),
      ]),
    ],
  );
}

function absentSection({ absent }: Analysis): string {
  return section(
    'Not measured',
    'What this task or network does not admit.',
    Object.entries(absent).map(([name, why]) => [name, why]),
  );
}
