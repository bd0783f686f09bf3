import type { TextSection } from './text.js';

const SPLIT = ['', 'trained on', 'unseen', 'all'];

/** The sections of an analysis's text, in their order. */
export const sections = {
  loss: {
    title: 'How good it is',
    about:
      'Cross-entropy in nats (0 is perfect, guessing is the logarithm of the number of classes) and share of right answers.',
    columns: SPLIT,
  },
  tokens: {
    title: 'Token by token',
    about: 'The loss of each token that is wanted, first to last: which of them has it learned?',
  },
  positions: {
    title: 'The longer it reads',
    about: 'The loss on text it was not trained on, by how many tokens of the window it has read.',
  },
  keys: {
    title: 'Key frequencies',
    about:
      'The waves the network computes with. Three rules are in use; "→" marks the one that everything below uses.',
  },
  use: {
    title: 'Does it use them?',
    about:
      'If restricting it to the key frequencies keeps the loss low, and excluding them ruins it, they are the algorithm.',
    columns: SPLIT,
  },
  characters: {
    title: 'The characters of the group',
    about:
      'Each is a way to write the group by matrices. Those that the logits follow, how closely (1 is all), and how much of what enters and leaves the neurons lies in their space.',
    columns: ['', 'dimension', 'similarity', 'first', 'second', 'out'],
  },
  formula: { title: 'The formula' },
  weights: {
    title: 'The weights',
    about: 'Weight decay wears them down; as waves replace memory, few components are left (Gini towards 1).',
  },
  rank: {
    title: 'Directions in use',
    about:
      'Of each matrix: its effective rank, and its participation ratio, which counts small directions less.',
    columns: ['', 'rank', 'ratio'],
  },
  curvature: {
    title: 'The valley around the weights',
    about: 'How many directions the training loss depends on, and how steep the steepest is.',
  },
  attention: {
    title: 'Attention',
    about:
      'Where each head looks from "=", on average, and what it adds by itself to the right logit (above the mean of all).',
    columns: ['', 'a', 'b', '=', 'adds'],
  },
  ablations: {
    title: 'What if a part were missing?',
    about: 'The loss that is left.',
    columns: SPLIT,
  },
  heads: {
    title: 'What the heads do',
    about:
      'Mean attention to the token before, to earlier copies of the token, and to what followed them (induction).',
    columns: ['', 'previous', 'duplicate', 'induction'],
  },
  hidden: {
    title: 'The hidden numbers',
    about:
      'What each character stands for. The network was never shown these; "keys" above are frequencies over them.',
  },
} as const satisfies Readonly<Record<string, TextSection>>;

/** The same as a list. */
export const textSections: readonly TextSection[] = Object.values(sections);
