import type { Palette } from '@grokscope/figures';
import { formatExact, formatPercent, niceCeiling } from '@grokscope/figures';
import type { JSX } from 'solid-js';
import { Show, createMemo, createSignal } from 'solid-js';
import type { Age } from '../../plot/age.js';
import { agedClass, agedTitle, ageWords } from '../../plot/age.js';
import type { SingularLook } from '../../look/looks.js';
import { BarChart } from '../parts/bar-chart.jsx';
import { Panel } from '../parts/panel.jsx';
import { Readout, WIDEST_NUMBER } from '../parts/readout.jsx';
import { directionsFor, singularTitle } from './singular-words.js';

const FORMULA = (
  <>
    <p>
      The singular values of the embedding W_E (the numbers' rows) and of the neuron–logit map W_L = W_out ·
      W_U, largest first: how much the matrix stretches along each of its own directions. The square of one
      over the sum of all squares is the share of the matrix along it.
    </p>
    <p>Of a multilayer perceptron they are W_x, the table of its first operand, and W_U.</p>
    <p class="hint">
      After “Progress measures for grokking via mechanistic interpretability”, arXiv:2301.05217, appendix.
    </p>
  </>
);

/** The number of directions in which the network concentrates what it knows. */
export const SingularPanel = (props: {
  look: SingularLook;
  palette: Palette;
  /** The age of the look. */
  age: Age;
  /** Whether a newer look is being computed. */
  isMeasuring: boolean;
}): JSX.Element => (
  <Panel
    class={agedClass('singular', props.age)}
    name="Singular values"
    title={agedTitle(singularTitle(props.look.W_E), props.age)}
    reading="Size along each direction, largest first. A steep fall means that a few directions hold nearly everything the network uses."
    about={FORMULA}
  >
    <div class="two-charts">
      <Values name="embedding" values={props.look.W_E} palette={props.palette} />
      <Show when={props.look.W_L}>
        {(values) => <Values name="neuron–logit map" values={values()} palette={props.palette} />}
      </Show>
    </div>
    <p class="readout">
      {ageWords(props.age)}
      {props.age.isOld && props.isMeasuring ? '; the shown step is being measured …' : ''}
    </p>
  </Panel>
);

const Values = (props: { name: string; values: Float64Array; palette: Palette }): JSX.Element => {
  const [pointed, setPointed] = createSignal<number | null>(null);
  const most = createMemo(() => directionsFor(props.values, 0.9));
  const squares = createMemo(() => props.values.reduce((sum, x) => sum + x * x, 0));
  const reading = (): string => {
    const index = pointed();
    if (index === null) return '';
    const value = props.values[index] ?? 0;
    return `${index + 1} of ${props.values.length}: ${formatExact(value)}, ${formatPercent(value ** 2 / squares())} of the whole`;
  };
  return (
    <div>
      <BarChart
        values={props.values}
        height={118}
        ceiling={niceCeiling(props.values[0] ?? 0)}
        colorOf={(index) => (index < most() ? props.palette.train : props.palette.grey)}
        labels={[]}
        ticks={[
          [0, '1'],
          [props.values.length - 1, String(props.values.length)],
        ]}
        label={`Singular values of the ${props.name}`}
        pointed={pointed()}
        onPoint={setPointed}
        reading={reading()}
      />
      <Readout
        longest={`${props.values.length} of ${props.values.length}: ${WIDEST_NUMBER}, 99.9 % of the whole`}
      >
        {reading() || `${props.name}: blue, ${most()} directions, hold 90 %`}
      </Readout>
    </div>
  );
};
