import type { Palette } from '@grokscope/figures';
import { formatExact, formatNumber, niceCeiling } from '@grokscope/figures';
import type { JSX } from 'solid-js';
import { Show, createMemo, createSignal } from 'solid-js';
import type { Age } from '../../plot/age.js';
import { agedClass, agedTitle, ageWords } from '../../plot/age.js';
import type { FrequencyChoice } from '../../run/frequency-tracker.js';
import { colorOfFrequency } from '../../run/frequency-tracker.js';
import type { SpectraLook, Spectrum } from '../../look/looks.js';
import type { Waves } from '../../plot/waves.js';
import { keysOf } from '../../plot/waves.js';
import { BarChart } from '../parts/bar-chart.jsx';
import { Panel } from '../parts/panel.jsx';
import { Readout, WIDEST_NUMBER } from '../parts/readout.jsx';
import { spectrumTitle } from './spectrum-title.js';

const FORMULA = (
  <>
    <p>
      Above, the embedding W_E of the numbers is written in waves: F · W_E, with F the orthonormal cosines and
      sines of 2πkn/p. A bar is the length of the two components of frequency k together, √(‖cos‖² + ‖sin‖²),
      over the width of the model. Below, the same along the answers of the neuron–logit map W_L = W_out ·
      W_U, its length taken over neurons. Of a multilayer perceptron they are W_x, the table of its first
      operand, and W_U.
    </p>
    <p>
      Coloured above: at least 1.6 times the median of all frequencies and 0.55 times the largest (1.3 and 0.4
      to stay so), a rule for the eye. Coloured below: key by the published rule, one component above a
      quarter of the largest, if at most ten are.
    </p>
    <p class="hint">
      After “Progress measures for grokking via mechanistic interpretability”, arXiv:2301.05217, section 4,
      and its code (helpers.py).
    </p>
  </>
);

/** How strongly each frequency is present where numbers are read and where answers are written. */
export const SpectrumPanel = (props: {
  look: SpectraLook;
  frequencies: FrequencyChoice;
  palette: Palette;
  /** Those that the title mentions. */
  waves: Waves;
  /** The age of the look. */
  age: Age;
}): JSX.Element => {
  const keys = createMemo(() => keysOf(props.look));
  const standingOut = (): readonly number[] => props.frequencies.standingOut;
  return (
    <Panel
      class={agedClass('spectrum', props.age)}
      name="Embedding spectrum"
      title={agedTitle(spectrumTitle(props.waves), props.age)}
      reading={`How strongly each frequency k is present in the embedding${
        props.look.neuronLogit ? ', and in what the neurons write to the answers' : ''
      }. Grey: what memorising left, or chance.${props.age.isOld ? ` Seen at ${ageWords(props.age)}.` : ''}`}
      about={FORMULA}
    >
      <Bars
        name="embedding"
        spectrum={props.look.embedding}
        marked={standingOut()}
        frequencies={props.frequencies}
        palette={props.palette}
        testId="key-frequencies"
      />
      <Show when={props.look.neuronLogit}>
        {(spectrum) => (
          <Bars
            name="neuron–logit map"
            spectrum={spectrum()}
            marked={keys()}
            frequencies={props.frequencies}
            palette={props.palette}
            testId="neuron-logit-keys"
          />
        )}
      </Show>
    </Panel>
  );
};

const Bars = (props: {
  name: string;
  spectrum: Spectrum;
  marked: readonly number[];
  frequencies: FrequencyChoice;
  palette: Palette;
  testId: string;
}): JSX.Element => {
  const [pointed, setPointed] = createSignal<number | null>(null);
  const norms = (): Float64Array => props.spectrum.byFrequency;
  const colorOf = (k: number): string =>
    props.marked.includes(k) ? colorOfFrequency(props.palette, props.frequencies, k) : props.palette.grey;
  const ticks = createMemo((): readonly (readonly [number, string])[] => {
    const count = norms().length;
    const every = Math.ceil(count / 4);
    return [1, ...[1, 2, 3].map((i) => i * every), count]
      .filter((k, i, all) => k >= 1 && k <= count && all.indexOf(k) === i)
      .map((k) => [k - 1, String(k)]);
  });
  const reading = (): string => {
    const index = pointed();
    if (index === null) return '';
    const { component } = props.spectrum;
    const [cos, sin] = [component[2 * index + 1], component[2 * index + 2]];
    return `k = ${index + 1}: ${formatExact(norms()[index])} (cos ${formatNumber(cos)}, sin ${formatNumber(sin)})`;
  };
  return (
    <div class="spectrum-part">
      <BarChart
        values={norms()}
        height={132}
        ceiling={niceCeiling(norms().reduce((most, x) => Math.max(most, x), 0))}
        colorOf={(index) => colorOf(index + 1)}
        labels={props.marked.map((k) => ({ index: k - 1, text: String(k), color: colorOf(k) }))}
        ticks={ticks()}
        label={`Bars of all frequencies in the ${props.name}${
          props.marked.length === 0 ? ', none standing out' : `; standing out: ${props.marked.join(', ')}`
        }`}
        pointed={pointed()}
        onPoint={setPointed}
        reading={reading()}
      />
      <Readout
        longest={`${props.name} k = 9999: ${WIDEST_NUMBER} (cos ${WIDEST_NUMBER}, sin ${WIDEST_NUMBER})`}
      >
        <span class="spread" data-testid={props.testId}>
          <span>{props.name}</span>
          <span>
            {pointed() !== null
              ? reading()
              : props.marked.length > 0
                ? `k = ${props.marked.join(', ')}`
                : 'none stands out'}
          </span>
        </span>
      </Readout>
    </div>
  );
};
