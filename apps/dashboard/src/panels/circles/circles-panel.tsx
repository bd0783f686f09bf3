import type { Palette } from '@grokscope/figures';
import {
  formatExact,
  formatNumber,
  frequencyColor,
  largestRadius,
  neighbourDistance,
} from '@grokscope/figures';
import type { FrequencyPlane } from '@grokscope/interpret';
import type { JSX } from 'solid-js';
import { For, createMemo, createSignal } from 'solid-js';
import type { Age } from '../../plot/age.js';
import { agedClass, agedTitle, ageWords } from '../../plot/age.js';
import type { FrequencyChoice } from '../../run/frequency-tracker.js';
import type { SpectraLook } from '../../look/looks.js';
import { CircleCanvas } from './circle-canvas.jsx';
import { circlesTitle, isRing } from './circles-words.js';
import { Panel } from '../parts/panel.jsx';
import { Readout, WIDEST_NUMBER } from '../parts/readout.jsx';

const FORMULA = (
  <>
    <p>
      For frequency k the cosine and sine components of the embedding, F[2k−1]·W_E and F[2k]·W_E, span a plane
      in the residual stream. Each number n stands at (⟨W_E[n], û⟩, ⟨W_E[n], v̂⟩), û along the first, v̂ along
      the part of the second at right angles to it. All circles share one scale.
    </p>
    <p>
      The faint line leads from each number n to n + k⁻¹ (mod p), which on a perfect ring is the next one
      round it. For multiplication and division the numbers are taken as powers of a generator, as the waves
      run along the exponents.
    </p>
    <p class="hint">
      After “Progress measures for grokking via mechanistic interpretability”, arXiv:2301.05217.
    </p>
  </>
);

/** The embeddings of all numbers in the planes of the strongest frequencies. */
export const CirclesPanel = (props: {
  look: SpectraLook;
  frequencies: FrequencyChoice;
  palette: Palette;
  /** The age of the look. */
  age: Age;
}): JSX.Element => {
  const [token, setToken] = createSignal<number | null>(null);
  const circles = createMemo(() => props.frequencies.circles);
  const planeOf = (k: number): FrequencyPlane | undefined => props.look.planes[k - 1];
  const standsOut = (k: number): boolean => props.frequencies.standingOut.includes(k);
  const colorOf = (k: number): string => {
    const hue = standsOut(k) ? props.frequencies.hues.get(k) : undefined;
    return hue === undefined ? props.palette.muted : frequencyColor(props.palette, hue);
  };
  const radius = createMemo(() => {
    const planes = circles().flatMap((k) => planeOf(k) ?? []);
    const largest = Math.max(0, ...planes.map(({ x, y }) => largestRadius(x, y)));
    // In steps of a fifth, so that the scale holds still while the rings grow inside it.
    return largest > 0 ? 2 ** (Math.ceil(4 * Math.log2(largest)) / 4) : 1;
  });
  const formed = createMemo(() => circles().filter((k) => standsOut(k) && isRing(planeOf(k))).length);
  const n = (): number => props.look.n;
  const readout = (): string => {
    const at = token();
    if (at === null) return ageWords(props.age);
    const places = circles().map((k) => {
      const plane = planeOf(k);
      return `k = ${k}: (${formatExact(plane?.x[at])}, ${formatExact(plane?.y[at])})`;
    });
    return `number ${props.look.numbers[at] ?? at} · ${places.join(' · ')}`;
  };
  const onKey = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === 'Escape') setToken(null);
    if (by === undefined) return;
    event.preventDefault();
    const from = token() ?? (by > 0 ? -1 : n());
    setToken((from + by + n()) % n());
  };

  return (
    <Panel
      class={agedClass('circles', props.age)}
      name="Circles"
      title={agedTitle(circlesTitle(formed()), props.age)}
      reading={
        `Each dot is one of the ${n()} numbers (faint: small, full: large), where its embedding lies in the plane ` +
        'of one frequency. A ring means the network has learnt to turn numbers into angles.'
      }
      about={FORMULA}
    >
      <div
        class="circle-row-frame"
        tabIndex={0}
        role="group"
        aria-label={`Planes of ${circles().length} frequencies. Arrow keys go from number to number. ${
          token() === null ? '' : readout()
        }`}
        onKeyDown={onKey}
        onBlur={() => setToken(null)}
      >
        <ul class="circle-row">
          <For each={circles()}>
            {(k) => (
              <li>
                <CircleCanvas
                  plane={planeOf(k)}
                  radius={radius()}
                  next={neighbourDistance(n(), k)}
                  color={colorOf(k)}
                  ink={props.palette.ink}
                  label={`Plane of frequency ${k}`}
                  token={token()}
                  name={token() === null ? '' : String(props.look.numbers[token() ?? 0] ?? '')}
                  onToken={setToken}
                />
                <span class="circle-name" style={{ color: colorOf(k) }}>
                  k = {k}
                </span>
                <span class="hint">{formatNumber(props.look.embedding.byFrequency[k - 1])}</span>
              </li>
            )}
          </For>
        </ul>
      </div>
      <Readout
        longest={`number 9999 · ${circles()
          .map((k) => `k = ${k}: (${WIDEST_NUMBER}, ${WIDEST_NUMBER})`)
          .join(' · ')}`}
      >
        {readout()}
      </Readout>
    </Panel>
  );
};
