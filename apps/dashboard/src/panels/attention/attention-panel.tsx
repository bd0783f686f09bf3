import type { Cell, Palette } from '@grokscope/figures';
import { formatExact, formatPercent } from '@grokscope/figures';
import type { JSX } from 'solid-js';
import { For, Show, createMemo, createSignal, createUniqueId } from 'solid-js';
import type { Age } from '../../plot/age.js';
import { agedClass, agedTitle } from '../../plot/age.js';
import type { FrequencyChoice } from '../../run/frequency-tracker.js';
import { colorOfFrequency } from '../../run/frequency-tracker.js';
import type { PairsLook } from '../../look/looks.js';
import { attentionMeans, attentionTitle, ofToken, tellingWave } from './attention-words.js';
import { Heatmap } from '../parts/heatmap.jsx';
import { Panel } from '../parts/panel.jsx';
import { Readout, WIDEST_NUMBER } from '../parts/readout.jsx';

const FORMULA = (
  <>
    <p>
      From the position of “=”, a head weighs the three tokens by softmax(q · k ÷ √d_head), so its weights on
      a, b and “=” add up to 1. Each square is one head: a runs down, b to the right, one cell a pair, dark
      where the head gives the chosen token all its attention.
    </p>
    <p>
      Before softmax a head's score for the first number, q · k ÷ √d_head with positions, is a function of a
      alone; k is the frequency with the largest part of its Fourier spectrum.
    </p>
    <p>
      For multiplication and division the numbers stand in the order of their exponents, as the waves run
      along these.
    </p>
    <p class="hint">
      After “Progress measures for grokking via mechanistic interpretability”, arXiv:2301.05217, section 4.2.
    </p>
  </>
);

const TOKENS = [
  { token: 0, label: 'a' },
  { token: 1, label: 'b' },
  { token: 2, label: '=' },
] as const;

/** How much each head attends to a, to b or to "=", over all pairs. */
export const AttentionPanel = (props: {
  look: PairsLook;
  frequencies: FrequencyChoice;
  palette: Palette;
  /** The age of the look. */
  age: Age;
}): JSX.Element => {
  const [token, setToken] = createSignal<0 | 1 | 2>(0);
  const [pointed, setPointed] = createSignal<Cell | null>(null);
  const group = createUniqueId();
  const means = createMemo(() => attentionMeans(props.look.patterns));
  const maps = createMemo(() => props.look.patterns.map((pattern) => ofToken(pattern, token())));
  const colorOf = (k: number): string =>
    props.frequencies.standingOut.includes(k)
      ? colorOfFrequency(props.palette, props.frequencies, k)
      : props.palette.muted;
  const reading = (): string => {
    const cell = pointed();
    if (!cell) return '';
    const { first, second, nSecond } = props.look;
    const at = cell.row * nSecond + cell.column;
    const values = maps().map((map, head) => `head ${head} ${formatExact(map[at])}`);
    const asked = TOKENS[token()].label;
    return `a = ${first[cell.row] ?? ''}, b = ${second[cell.column] ?? ''}: attention to ${asked}: ${values.join(', ')}`;
  };
  return (
    <Panel
      class={agedClass('attention', props.age)}
      name="Attention"
      title={agedTitle(attentionTitle(means()), props.age)}
      reading={`Each square is one head over all pairs. ${
        props.look.headWaves
          ? 'Even stripes mean that its attention depends on the numbers in waves; k is the wave that its scores follow most, where one stands out.'
          : 'Stripes mean that its attention depends on the tokens.'
      }`}
      about={FORMULA}
      tools={
        <span class="segments" role="radiogroup" aria-label="Token attended to">
          <For each={TOKENS}>
            {(one) => (
              <label>
                <input
                  type="radio"
                  name={group}
                  checked={token() === one.token}
                  onChange={() => setToken(one.token)}
                />
                <span>to {one.label}</span>
              </label>
            )}
          </For>
        </span>
      }
    >
      <ul class="heads">
        <For each={maps()}>
          {(map, head) => (
            <li>
              <h3>
                Head {head()}
                <Show when={tellingWave(props.look.headWaves?.[head()], props.look.nFirst)}>
                  {(wave) => (
                    <span
                      style={{ color: colorOf(wave().k) }}
                      title={`Frequency ${wave().k} holds ${formatPercent(wave().share)} of its scores before softmax, as a function of a`}
                    >
                      {' '}
                      k = {wave().k}
                    </span>
                  )}
                </Show>
              </h3>
              <Heatmap
                values={map}
                rows={props.look.nFirst}
                columns={props.look.nSecond}
                most={1}
                isSigned={false}
                palette={props.palette}
                label={`Head ${head()}: attention to ${TOKENS[token()].label} for every pair`}
                pointed={pointed()}
                onPoint={setPointed}
                reading={reading()}
              />
              <p class="hint">
                {TOKENS.map(({ label }, i) => `${label} ${formatPercent(means()[head()]?.[i])}`).join(' · ')}
              </p>
            </li>
          )}
        </For>
      </ul>
      <Readout
        longest={`a = 9999, b = 9999: attention to =: ${maps()
          .map((_, head) => `head ${head} ${WIDEST_NUMBER}`)
          .join(', ')}`}
      >
        {reading() || '↓ a  → b · below each head: its mean attention to a, b and “=”'}
      </Readout>
    </Panel>
  );
};
