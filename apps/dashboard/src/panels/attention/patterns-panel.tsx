import type { Cell, Palette } from '@grokscope/figures';
import { formatExact, formatPercent } from '@grokscope/figures';
import type { HeadScores } from '@grokscope/interpret';
import type { TaskSpec } from '@grokscope/schema';
import type { JSX } from 'solid-js';
import { For, Show, createMemo, createSignal } from 'solid-js';
import type { Age } from '../../plot/age.js';
import { agedClass, agedTitle, ageWords } from '../../plot/age.js';
import type { PatternsLook, ScoresLook } from '../../look/looks.js';
import { Heatmap } from '../parts/heatmap.jsx';
import { Panel } from '../parts/panel.jsx';
import { Readout, WIDEST_NUMBER } from '../parts/readout.jsx';
import { patternsReading, patternsTitle, sequenceWords } from './patterns-words.js';

const FORMULA = (
  <>
    <p>
      Each square is one head on one sequence: the token that asks runs down, the token it attends to runs to
      the right; softmax(q · k ÷ √d_head), causal. A line just below the diagonal is a previous-token head; a
      line that lies a period lower is an induction head.
    </p>
    <p>
      Scores, over 64 sequences: mean attention to the token before (previous); and where the task asks for an
      answer, to earlier occurrences of the same token (duplicate) and to what followed these (induction).
    </p>
    <p class="hint">After TransformerLens, Exploratory Analysis Demo.</p>
  </>
);

/** Attention on one sequence, head by head, with the kind of each head. */
export const PatternsPanel = (props: {
  look: PatternsLook;
  scores: ScoresLook | null;
  task: TaskSpec;
  palette: Palette;
  onSequence: (index: number) => void;
  /** The age of the look. */
  age: Age;
  /** The age of the scores, which are measured less often. */
  scoresAge: Age | null;
}): JSX.Element => {
  const [pointed, setPointed] = createSignal<Cell | null>(null);
  const [at, setAt] = createSignal(0);
  const scores = createMemo(() => props.scores?.scores ?? null);
  const scoreOf = (i: number): HeadScores | null => scores()?.[i] ?? null;
  const size = (): number => props.look.words.length;
  const reading = (): string => {
    const cell = pointed();
    if (!cell) return '';
    const { words, patterns } = props.look;
    const value = patterns[at()]?.[cell.row * size() + cell.column];
    return `“${words[cell.row] ?? ''}” at ${cell.row} attends to “${words[cell.column] ?? ''}” at ${cell.column}: ${formatExact(value)}`;
  };
  const shown = (): string =>
    `${ageWords(props.age)}, sequence ${props.look.index}: ${sequenceWords(props.look.words)}`;
  const longest = createMemo(() => {
    const word = props.look.words.reduce((most, one) => (one.length > most.length ? one : most), '');
    const pointedAt = `“${word}” at 999 attends to “${word}” at 999: ${WIDEST_NUMBER}`;
    return pointedAt.length > shown().length ? pointedAt : shown();
  });
  return (
    <Panel
      class={agedClass('patterns', props.age)}
      name="Attention patterns"
      title={agedTitle(patternsTitle(props.task, scores()), props.scoresAge ?? props.age)}
      reading={patternsReading(props.task)}
      about={FORMULA}
      tools={
        <button type="button" class="toggle" onClick={() => props.onSequence(props.look.index + 1)}>
          Another sequence
        </button>
      }
    >
      <ul class="heads">
        <For each={props.look.patterns}>
          {(pattern, i) => (
            <li>
              <h3>
                Layer {Math.floor(i() / props.look.heads)}, head {i() % props.look.heads}
              </h3>
              <Heatmap
                values={pattern}
                rows={size()}
                columns={size()}
                most={1}
                isSigned={false}
                palette={props.palette}
                label={`Attention of layer ${Math.floor(i() / props.look.heads)}, head ${i() % props.look.heads}`}
                pointed={pointed()}
                onPoint={(cell) => {
                  setAt(i());
                  setPointed(cell);
                }}
                reading={reading()}
              />
              <Show when={scoreOf(i())}>
                {(score) => (
                  <p class="hint">
                    previous {formatPercent(score().previousToken)}, duplicate{' '}
                    {formatPercent(score().duplicateToken)}, induction {formatPercent(score().induction)}
                  </p>
                )}
              </Show>
            </li>
          )}
        </For>
      </ul>
      <Readout longest={longest()}>{reading() || shown()}</Readout>
    </Panel>
  );
};
