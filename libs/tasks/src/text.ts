import type { Random } from '@grokscope/base';
import { filePath, integer, oneOf, withDefault, type Files } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { keyOf } from './data/drawn-rows.js';
import type { FileFault } from './errors.js';
import { baseName, contentsOf, fileFault, remembered } from './files/file-fault.js';
import { readText, type TextTokens } from './files/read-text.js';
import type { DrawnRow, SampledTask } from './forms/sampled-task.js';
import { HELD_OUT, MAX_LENGTH, TRAIN_SAMPLE } from './forms/sampled-task.js';
import { infinite, preset, recipe } from './forms/preset.js';
import { drawnTask } from './forms/task.js';

const KIND = 'text';
const TEACHES =
  'a language model of a text of your own: frequent tokens first, then pairs, then what the context says (induction)';

interface Parameters {
  readonly file: string;
  readonly tokens: 'characters' | 'bytes';
  readonly length: number;
}

/** The share of a text, its tail, that is held out. */
const TAIL = 0.1;
/** The tokens of a window that are written out, its last. */
const SHOWN = 32;
/** About as many tokens as are predicted where losses are measured, on either side. */
const MEASURED = 32_768;

/**
 * Where specs are silent: two attention-only layers, of this project's own choosing. On the word list that comes with it
 * heads of layer 0 find the token before, and with them heads of layer 1 induct (`docs/validation/text-model`).
 */
const ownRecipe = {
  name: 'text-induction',
  data: infinite,
  model: { nLayers: 2, dModel: 64, nHeads: 4, dHead: 16, dMlp: 0 },
  optimizer: { lr: 0.003, weightDecay: 0.1, warmupSteps: 100 },
  training: { steps: 4000, batchSize: 32 },
  observe: { metricsEvery: 50, progressEvery: 100, checkpointEvery: 100 },
};

/** The part that is trained on: tokens below `trained`; the windows of either part are `length` tokens and the next one. */
interface Parts extends TextTokens {
  readonly trained: number;
}

/**
 * The next token of a text of one's own: windows of `length` tokens, and after each position its next token is wanted.
 * Windows of the first nine tenths are trained on; windows of the last tenth are held out, and none reaches from one part
 * into the other. A window is drawn uniformly, as a function of the seed and its number.
 *
 * Tokens are characters (Unicode code points, those that occur, in their order) or the 256 bytes.
 */
export const text = drawnTask({
  kind: KIND,
  teaches: TEACHES,
  parameters: {
    file: filePath('the path of a text file'),
    tokens: withDefault(oneOf('characters', 'bytes'), 'characters', 'what a token is: characters or bytes'),
    length: withDefault(integer(2, MAX_LENGTH), 96, `tokens a window, an integer from 2 to ${MAX_LENGTH}`),
  },
  exampleCount: (spec, files) => {
    const parts = partsOf(spec, files);
    return E.isRight(parts) ? parts.right.trained - spec.length : NaN;
  },
  recipe: ownRecipe,
  presets: [
    preset(
      'text-induction',
      'A small language model of a word list, two layers of attention alone: pairs of letters for a thousand steps, then induction heads form, and late letters become easier than early ones.',
      recipe({ kind: KIND, file: 'grokscope:words.txt', tokens: 'characters', length: 96 }, ownRecipe),
    ),
  ],
  words: (spec, files) => {
    const parts = partsOf(spec, files);
    const count = E.isRight(parts) ? parts.right.vocabulary.length : Infinity;
    return {
      title: `the next ${spec.tokens === 'bytes' ? 'byte' : 'character'} of ${baseName(spec.file)}`,
      examples: 'windows',
      parts: spec.tokens,
      answers: { count, words: E.isRight(parts) ? `${count} ${spec.tokens}` : `all ${spec.tokens}` },
      patterns: 'An induction head looks at what followed the last time the text went as it does now.',
      head: 'induction',
    };
  },
  exampleText: (_, { text: read, answers, length }) =>
    `${length > SHOWN ? '…' : ''}${read(Math.max(0, length - SHOWN), length)} → ${answers.at(-1)}`,
  fault: (spec, files) => {
    const parts = partsOf(spec, files);
    return E.isLeft(parts) ? parts.left : undefined;
  },
  sampler: (spec, files) => {
    const parts = partsOf(spec, files);
    // `fault` is asked first.
    if (E.isLeft(parts)) throw new Error(parts.left.message);
    return sampler(spec, parts.right);
  },
});

function partsOf({ file, tokens, length }: Parameters, files: Files | undefined): E.Either<FileFault, Parts> {
  return pipe(
    contentsOf('task.file', file, files),
    E.chain((bytes) =>
      pipe(
        remembered(bytes, tokens, () => readText(bytes, tokens)),
        E.mapLeft((fault) => fileFault('task.file', file, fault)),
      ),
    ),
    E.chain((read) => {
      const n = read.tokens.length;
      const trained = Math.floor((1 - TAIL) * n);
      if (Math.min(trained, n - trained) > length) return E.right({ ...read, trained });
      const needed = Math.ceil((length + 1) / TAIL);
      const message = `has ${n} ${tokens}, of which the last tenth is held out: too few for windows of ${length} and the next one`;
      const allowed = `a text of at least ${needed} ${tokens}, or a smaller task.length`;
      return E.left(fileFault('task.file', file, { message, allowed }));
    }),
  );
}

function sampler({ length }: Parameters, { vocabulary, tokens, trained }: Parts): SampledTask {
  const from =
    (first: number, end: number) =>
    (random: Random, row: DrawnRow): void => {
      const start = first + random.nextBelow(end - first - length);
      row.tokens.set(tokens.subarray(start, start + length));
      row.labels.set(tokens.subarray(start + 1, start + length + 1));
    };
  const measured = Math.ceil(MEASURED / length);
  return {
    kind: KIND,
    teaches: TEACHES,
    dVocab: vocabulary.length,
    dVocabOut: vocabulary.length,
    nCtx: length,
    nScored: length,
    positionsVary: false,
    vocabulary,
    fixedPositions: Int32Array.from({ length }, (_, at) => at),
    nPlaces: 0,
    answers: Int32Array.from(vocabulary, (_, token) => token),
    draw: from(0, trained),
    drawHeldOut: from(trained, tokens.length),
    mostHeldOut: heldOutWindows(tokens.subarray(trained), length, Math.min(HELD_OUT, measured)),
    trainSample: Math.min(TRAIN_SAMPLE, measured),
    structureOf: () => ({ kind: 'text' }),
  };
}

/** How many windows of a tail are held out: `most`, or where it is short or repeats itself, half of the different ones. */
function heldOutWindows(tail: Int32Array, length: number, most: number): number {
  const different = new Set<number>();
  for (let start = 0; start + length < tail.length && different.size < 2 * most; start++)
    different.add(keyOf(tail.subarray(start, start + length)));
  return Math.min(most, Math.ceil(different.size / 2));
}
