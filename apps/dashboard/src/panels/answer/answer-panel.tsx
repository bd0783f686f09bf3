import type { Palette } from '@grokscope/figures';
import { formatExact, formatPercent, largestMagnitude, niceCeiling } from '@grokscope/figures';
import type { ProgressEvent, TaskSpec } from '@grokscope/schema';
import type { JSX } from 'solid-js';
import { Show, createMemo, createSignal } from 'solid-js';
import type { Age } from '../../plot/age.js';
import { agedClass, agedTitle, ageWords } from '../../plot/age.js';
import type { AnalysisLook, PairsLook } from '../../look/looks.js';
import { askedWords } from '../../story/pair-words.js';
import { answerTitle, fittedLogits } from './answer-fit.js';
import { BarChart } from '../parts/bar-chart.jsx';
import { PairQuestion } from './pair-question.jsx';
import { Panel } from '../parts/panel.jsx';
import { Readout, WIDEST_NUMBER } from '../parts/readout.jsx';

const FORMULA = (
  <>
    <p>
      Bars: the logit of each answer c, minus the mean over answers; belief is their softmax. “=” is not an
      answer and is left out.
    </p>
    <p>
      Line: Σ α_k cos(2πk(a + b − c)/p) over the key frequencies, with one α_k for all pairs, fitted by least
      squares to the logits of every pair at once. Where bars and line agree the network computes the answer
      by this formula. All cosines are 1 at c = a + b, and only there together.
    </p>
    <p class="hint">
      After “Progress measures for grokking via mechanistic interpretability”, arXiv:2301.05217, section 4.1.
    </p>
  </>
);

/** The network's probability of each answer to one question, with the waves that explain it. */
export const AnswerPanel = (props: {
  look: PairsLook;
  analysis: AnalysisLook | null;
  /** The fit that the run itself measured at this step, used until the page has measured it. */
  liveFit: ProgressEvent['logitFit'] | null;
  task: TaskSpec;
  palette: Palette;
  /** The age of the look. */
  age: Age;
  onAsk: (numbers: { readonly a?: number; readonly b?: number }) => void;
}): JSX.Element => {
  const [pointed, setPointed] = createSignal<number | null>(null);
  const answer = createMemo(() => props.look.answer);
  const fit = createMemo(() => {
    const known = props.analysis;
    const exact = known?.step === props.look.step ? known.analysis.logitFit : undefined;
    return exact ?? props.liveFit ?? null;
  });
  const line = createMemo(() => {
    // The schema of a record has no type for its values; these were checked to be numbers or null.
    const coefficients = fit()?.coefficients as Readonly<Record<string, number | null>> | undefined;
    return coefficients ? fittedLogits(props.look, coefficients) : null;
  });
  const word = (token: number): string => props.look.words[token] ?? String(token);
  const asked = (): string => askedWords(props.task, word(answer().a), word(answer().b));
  const best = createMemo(() => answer().belief.reduce((at, x, c, all) => (x > (all[at] ?? 0) ? c : at), 0));
  const reach = createMemo(() =>
    niceCeiling(Math.max(largestMagnitude(answer().logits), largestMagnitude(line() ?? []), 1e-6)),
  );
  const colorOf = (c: number): string =>
    c === answer().wanted ? props.palette.ink : c === best() ? props.palette.muted : props.palette.grey;
  const labels = createMemo(() => {
    const { wanted } = answer();
    if (wanted === null) return [];
    return [
      { index: wanted, text: `${word(wanted)} = ${asked()}`, color: props.palette.ink },
      ...(best() === wanted ? [] : [{ index: best(), text: word(best()), color: props.palette.muted }]),
    ];
  });
  const ticks = createMemo((): readonly (readonly [number, string])[] => {
    const last = answer().logits.length - 1;
    const every = Math.ceil(last / 4);
    return [0, every, 2 * every, 3 * every, last]
      .filter((c, i, all) => c <= last && all.indexOf(c) === i)
      .map((c) => [c, word(c)]);
  });
  const reading = (): string => {
    const c = pointed();
    if (c === null) return '';
    const fitted = line()?.[c];
    const also = fitted === undefined || Number.isNaN(fitted) ? '' : `, cosines ${formatExact(fitted)}`;
    return `answer ${word(c)}: logit ${formatExact(answer().logits[c])}${also}, belief ${formatExact(answer().belief[c])}`;
  };
  const summary = (): string => {
    const known = fit();
    if (!known) return ageWords(props.age);
    const count = Object.keys(known.coefficients).length;
    return `the sum of ${count} cosine${count === 1 ? '' : 's'} explains ${formatPercent(known.explained)} of all logits`;
  };

  const longest = createMemo(() => {
    const widest = props.look.words.reduce((most, one) => (one.length > most.length ? one : most), '');
    return `answer ${widest}: logit ${WIDEST_NUMBER}, cosines ${WIDEST_NUMBER}, belief ${WIDEST_NUMBER}`;
  });
  return (
    <Panel
      class={agedClass('answer', props.age)}
      name="Answer"
      title={agedTitle(answerTitle(asked(), answer(), best(), word), props.age)}
      reading={`Bars: how much it is for or against each answer.${
        line() ? ' Line: the sum of cosines that explains it.' : ''
      }`}
      about={FORMULA}
    >
      <PairQuestion look={props.look} onAsk={props.onAsk}>
        <Show when={answer().wanted !== null}>
          <span class="hint">right: {word(answer().wanted ?? 0)}</span>
        </Show>
      </PairQuestion>
      <BarChart
        values={answer().logits}
        height={176}
        ceiling={reach()}
        floor={-reach()}
        colorOf={colorOf}
        labels={labels()}
        ticks={ticks()}
        line={line() ? { values: line() ?? [], color: props.palette.train } : undefined}
        label={`Logits of all answers to ${asked()}`}
        pointed={pointed()}
        onPoint={setPointed}
        reading={reading()}
      />
      <Readout longest={longest()}>{reading() || summary()}</Readout>
    </Panel>
  );
};
