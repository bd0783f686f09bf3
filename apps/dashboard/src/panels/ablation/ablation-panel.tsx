import type { Palette } from '@grokscope/figures';
import { formatExact, formatNumber } from '@grokscope/figures';
import type { JSX } from 'solid-js';
import { For, Show, createMemo } from 'solid-js';
import type { Age } from '../../plot/age.js';
import { agedClass, agedTitle, ageWords } from '../../plot/age.js';
import type { FrequencyChoice } from '../../run/frequency-tracker.js';
import { colorOfFrequency } from '../../run/frequency-tracker.js';
import type { AnalysisLook } from '../../look/looks.js';
import { ablationRows, ablationTitle } from './ablation-rows.js';
import { Panel } from '../parts/panel.jsx';

const FORMULA = (
  <>
    <p>
      In the logits: the two directions cos w(a+b) and sin w(a+b) of a frequency, over all pairs, are taken
      out, or kept alone with the mean of each logit. In the neurons: all eight components of a frequency are
      taken out of every neuron. A head or the MLP: nothing is put in its place, or its mean over all pairs.
    </p>
    <p>
      Losses are cross-entropies in nats over the answers alone, in float64. Without the key frequencies only
      the training pairs are used, as published (the excluded loss).
    </p>
    <p class="hint">
      After “Progress measures for grokking via mechanistic interpretability”, arXiv:2301.05217, sections 4.3
      and 5.1.
    </p>
  </>
);

/** The loss that remains when a part is removed. */
export const AblationPanel = (props: {
  look: AnalysisLook;
  frequencies: FrequencyChoice;
  palette: Palette;
  /** The age of the look. */
  age: Age;
  /** The loss of guessing. */
  guess: number;
  /** Whether a newer look is being computed. */
  isMeasuring: boolean;
}): JSX.Element => {
  const rows = createMemo(() => ablationRows(props.look.analysis));
  const groups = createMemo(() => [...new Set(rows().map(({ group }) => group))]);
  return (
    <Panel
      class={agedClass('ablations', props.age)}
      name="Ablations"
      title={agedTitle(ablationTitle(props.look.analysis, props.guess), props.age)}
      reading="The loss when a part is taken out. Much larger than in the first line: the network needs that part. Smaller: it does better without."
      about={FORMULA}
    >
      <div class="table-frame" tabIndex={0} role="region" aria-label="Table of ablations">
        <table>
          <thead>
            <tr>
              <th scope="col">what is left in</th>
              <th scope="col">train loss</th>
              <th scope="col">test loss</th>
            </tr>
          </thead>
          <For each={groups()}>
            {(group) => (
              <tbody>
                <Show when={group !== ''}>
                  <tr>
                    <th colSpan={3} scope="colgroup">
                      {group}
                    </th>
                  </tr>
                </Show>
                <For each={rows().filter((one) => one.group === group)}>
                  {(one) => (
                    <tr>
                      <th scope="row">
                        <Show when={one.k}>
                          {(k) => (
                            <span
                              class="swatch"
                              style={{
                                background: colorOfFrequency(props.palette, props.frequencies, k()),
                              }}
                            />
                          )}
                        </Show>
                        {one.label}
                      </th>
                      <td title={formatExact(one.train)}>{formatNumber(one.train)}</td>
                      <td title={formatExact(one.test)}>{formatNumber(one.test)}</td>
                    </tr>
                  )}
                </For>
              </tbody>
            )}
          </For>
        </table>
      </div>
      <p class="readout">
        {ageWords(props.age)}
        {props.age.isOld && props.isMeasuring ? '; the shown step is being measured …' : ''}
        {props.look.analysis.keyFrequencyRule
          ? `, key frequencies by the rule ${props.look.analysis.keyFrequencyRule}`
          : ''}
      </p>
    </Panel>
  );
};
