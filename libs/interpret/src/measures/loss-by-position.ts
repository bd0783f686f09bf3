import { measured } from '@grokscope/schema';
import { positionLosses, whyNoText } from '../analyze/position-losses.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { exact, rowsOf } from './text.js';

/** 1, 2, 4, 8, … up to n, and n itself. */
function doubling(n: number): readonly number[] {
  const positions: number[] = [];
  for (let position = 1; position < n; position *= 2) positions.push(position);
  return [...positions, n];
}

/**
 * The loss on text not trained on after 1, 2, 4, 8, … tokens of a window, and at its end: how much a network makes of what
 * it has read.
 *
 * Source: Kaplan et al., *Scaling Laws for Neural Language Models*, arXiv:2001.08361, section 3.3; Olsson et al.,
 * *In-context Learning and Induction Heads*, arXiv:2209.11895.
 */
export const lossByPosition = {
  name: 'lossByPosition',
  title: 'Loss by position',
  formula: '−log softmax(logits after k tokens)[next token], the mean over windows not trained on',
  source: 'arXiv:2001.08361, section 3.3',
  unit: 'nats',
  range: [0, null],
  needs: ['logits'],
  value: measured.byKey(),
  columns: [{ path: '*', note: 'Loss on text not trained on after {} tokens of a window, in nats.' }],
  whyNot: whyNoText,
  isUnsaid: true,
  of: (look) => {
    const losses = whyNoText(look) === undefined ? positionLosses(look) : undefined;
    return losses && Object.fromEntries(doubling(losses.length).map((k) => [String(k), losses[k - 1]]));
  },
  told: {
    section: sections.positions,
    rows: ({ lossByPosition: losses = {} }) =>
      rowsOf(
        Object.entries(losses).map(([k, loss]) => [`after ${k} token${k === '1' ? '' : 's'}`, exact(loss)]),
      ),
  },
} as const satisfies Measure<Readonly<Record<string, number>>>;
