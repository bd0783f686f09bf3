import type { Cell, Palette } from '@grokscope/figures';
import { formatCount, formatExact, formatPercent, largestMagnitude } from '@grokscope/figures';
import { NEURON_THRESHOLD } from '@grokscope/interpret';
import type { JSX } from 'solid-js';
import { For, Show, createMemo, createSignal } from 'solid-js';
import type { Age } from '../../plot/age.js';
import { agedClass, agedTitle } from '../../plot/age.js';
import type { FrequencyChoice } from '../../run/frequency-tracker.js';
import { colorOfFrequency } from '../../run/frequency-tracker.js';
import type { NeuronLook, NeuronsLook, PairsLook } from '../../look/looks.js';
import { bestFrequency, waveName } from '../../look/neuron-share.js';
import { areFinite } from '../../look/significance.js';
import { Heatmap } from '../parts/heatmap.jsx';
import { neuronGroups, neuronTitle } from './neuron-groups.js';
import { Panel } from '../parts/panel.jsx';
import { Readout, WIDEST_NUMBER } from '../parts/readout.jsx';

const FORMULA = (
  <>
    <p>
      Left: the neuron after the nonlinearity, at “=”, for every pair. Right: the size of its 2-D Fourier
      coefficients Σ F[f, a] F[g, b] · activation, the mean taken out, f down and g to the right, both in the
      order 1, cos 1, sin 1, cos 2, …
    </p>
    <p>
      Frequency k explains the squares of its eight coefficients over the sum of all; a neuron belongs to k if
      that is more than 85 %.
    </p>
    <p class="hint">
      After “Progress measures for grokking via mechanistic interpretability”, arXiv:2301.05217, section 4.2,
      and its code (helpers.py).
    </p>
  </>
);

/** One neuron over all pairs, beside the waves it is made of. */
export const NeuronPanel = (props: {
  look: PairsLook;
  neuron: NeuronLook;
  neurons: NeuronsLook | null;
  nNeurons: number;
  frequencies: FrequencyChoice;
  palette: Palette;
  onNeuron: (index: number) => void;
  /** The age of the look. */
  age: Age;
}): JSX.Element => {
  const [pointed, setPointed] = createSignal<Cell | null>(null);
  const [wave, setWave] = createSignal<Cell | null>(null);
  const n = (): number => props.look.nFirst;
  const spectrum = createMemo(() => props.neuron.spectrum ?? null);
  const sizes = createMemo(() => spectrum()?.map(Math.abs) ?? null);
  const best = createMemo(() => {
    const known = spectrum();
    const size = props.neuron.activation.reduce((sum, x) => sum + x * x, 0);
    return known ? bestFrequency(known, n(), size) : null;
  });
  const isAssigned = (): boolean => (best()?.share ?? 0) > NEURON_THRESHOLD;
  const groups = createMemo(() => {
    // The frequency of each neuron is measured less often than the displayed neuron.
    const sorted = neuronGroups(props.neurons, props.nNeurons);
    const { neurons, look } = props;
    if (neurons === null || neurons.step === look.step) return sorted;
    return sorted.map((group) => ({
      name: `${group.name} (step ${formatCount(neurons.step)})`,
      neurons: group.neurons.map(({ index }) => ({ index, share: null })),
    }));
  });
  const order = createMemo(() => groups().flatMap(({ neurons }) => neurons.map(({ index }) => index)));
  const move = (by: number): void => {
    const at = order().indexOf(props.neuron.index);
    const next = order()[(at + by + order().length) % order().length];
    if (next !== undefined) props.onNeuron(next);
  };
  const reading = (): string => {
    const cell = pointed();
    if (!cell) return '';
    const { first, second, nSecond } = props.look;
    const value = props.neuron.activation[cell.row * nSecond + cell.column];
    return `a = ${first[cell.row] ?? ''}, b = ${second[cell.column] ?? ''}: activation ${formatExact(value)}`;
  };
  const waveReading = (): string => {
    const cell = wave();
    if (!cell) return '';
    const value = spectrum()?.[cell.row * n() + cell.column];
    return `${waveName(n(), cell.row)} of a × ${waveName(n(), cell.column)} of b: coefficient ${formatExact(value)}`;
  };
  const color = (): string => {
    const found = best();
    return found && isAssigned()
      ? colorOfFrequency(props.palette, props.frequencies, found.k)
      : props.palette.muted;
  };

  return (
    <Panel
      class={agedClass(spectrum() ? 'neuron' : 'neuron single', props.age)}
      name="Neuron"
      title={agedTitle(
        neuronTitle(
          props.neuron.index,
          best(),
          isAssigned(),
          spectrum() !== null,
          areFinite(props.neuron.activation),
        ),
        props.age,
      )}
      reading={
        spectrum()
          ? 'Left: how strongly it fires for each pair. Right: the waves this pattern is made of; few dark cells mean few waves.'
          : 'How strongly it fires for each pair. Blocks and stripes show what those pairs have in common for it.'
      }
      about={FORMULA}
      tools={
        <span class="picker">
          <button type="button" class="toggle" aria-label="The neuron before" onClick={() => move(-1)}>
            ‹
          </button>
          <select
            aria-label="Neuron"
            value={String(props.neuron.index)}
            onChange={(event) => props.onNeuron(Number(event.currentTarget.value))}
          >
            <For each={groups()}>
              {(group) => (
                <optgroup label={group.name}>
                  <For each={group.neurons}>
                    {({ index, share }) => (
                      <option value={String(index)} selected={index === props.neuron.index}>
                        neuron {index}
                        {share === null ? '' : ` · ${formatPercent(share)}`}
                      </option>
                    )}
                  </For>
                </optgroup>
              )}
            </For>
          </select>
          <button type="button" class="toggle" aria-label="The neuron after" onClick={() => move(1)}>
            ›
          </button>
        </span>
      }
    >
      <div class="two-maps">
        <figure>
          <Heatmap
            values={props.neuron.activation}
            rows={props.look.nFirst}
            columns={props.look.nSecond}
            most={largestMagnitude(props.neuron.activation)}
            isSigned={props.neuron.activation.some((x) => x < 0)}
            palette={props.palette}
            label={`Activation of neuron ${props.neuron.index} for every pair`}
            rowName="a"
            columnName="b"
            pointed={pointed()}
            onPoint={setPointed}
            reading={reading()}
          />
          <figcaption>
            <Readout longest={`a = 9999, b = 9999: activation ${WIDEST_NUMBER}`}>
              {reading() || `activation, 0 to ${formatExact(largestMagnitude(props.neuron.activation))}`}
            </Readout>
          </figcaption>
        </figure>
        <Show when={sizes()}>
          {(known) => (
            <figure>
              <Heatmap
                values={known()}
                rows={n()}
                columns={n()}
                most={largestMagnitude(known())}
                isSigned={false}
                palette={props.palette}
                label={`2-D Fourier spectrum of neuron ${props.neuron.index}`}
                rowName="waves of a"
                columnName="waves of b"
                pointed={wave()}
                onPoint={setWave}
                reading={waveReading()}
              />
              <figcaption>
                <Readout longest={`cos 9999 of a × cos 9999 of b: coefficient ${WIDEST_NUMBER}`}>
                  <span style={{ color: color() }}>
                    {waveReading() ||
                      (best()
                        ? `k = ${best()?.k ?? 0} explains ${formatPercent(best()?.share)}`
                        : 'the same for every pair')}
                  </span>
                </Readout>
              </figcaption>
            </figure>
          )}
        </Show>
      </div>
    </Panel>
  );
};
