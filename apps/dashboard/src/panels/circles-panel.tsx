import type { Palette } from '@grokscope/figures';
import { formatNumber, frequencyColor, largestRadius, neighbourDistance } from '@grokscope/figures';
import type { FrequencyPlane } from '@grokscope/interpret';
import type { JSX } from 'solid-js';
import { For, Show, createMemo, createSignal } from 'solid-js';
import type { EmbeddingLook } from '../use-run.js';
import { CircleCanvas } from './circle-canvas.jsx';
import { Panel } from './panel.jsx';

const FORMULA = (
  <>
    <p>
      For frequency k the cosine and sine components of the embedding, F[2k−1]·W_E and F[2k]·W_E, span a plane
      in the residual stream. Each number n stands at (⟨W_E[n], û⟩, ⟨W_E[n], v̂⟩), û along the first, v̂ along
      the part of the second at right angles to it. All circles share one scale.
    </p>
    <p>
      The faint line leads from each number n to n + k⁻¹ (mod p), which on a perfect ring is the next one
      round it.
    </p>
    <p class="hint">
      After “Progress measures for grokking via mechanistic interpretability”, arXiv:2301.05217.
    </p>
  </>
);

/** The embeddings of all numbers in the planes of the strongest frequencies. */
export const CirclesPanel = (props: {
  look: EmbeddingLook | null;
  p: number;
  palette: Palette;
}): JSX.Element => {
  const [token, setToken] = createSignal<number | null>(null);
  const circles = createMemo(() => props.look?.choice.circles ?? []);
  const planeOf = (k: number): FrequencyPlane | undefined => props.look?.planes.get(k);
  const standsOut = (k: number): boolean => props.look?.choice.standingOut.includes(k) === true;
  const colorOf = (k: number): string => {
    const hue = standsOut(k) ? props.look?.choice.hues.get(k) : undefined;
    return hue === undefined ? props.palette.muted : frequencyColor(props.palette, hue);
  };
  const radius = createMemo(() => {
    const planes = [...(props.look?.planes.values() ?? [])];
    const largest = Math.max(0, ...planes.map(({ x, y }) => largestRadius(x, y)));
    // In steps of a fifth, so that the scale holds still while the rings grow inside it.
    return largest > 0 ? 2 ** (Math.ceil(4 * Math.log2(largest)) / 4) : 1;
  });
  const formed = createMemo(() => circles().filter(standsOut).length);
  const title = (): string => {
    if (!props.look) return 'Circles';
    return formed() >= 2 ? 'The numbers fall into circles' : 'The numbers, seen along their strongest waves';
  };

  return (
    <Panel
      class="circles"
      name="Circles"
      title={title()}
      reading={
        `Each dot is one of the ${props.p} numbers (faint: small, full: large), where its embedding lies in the plane ` +
        'of one frequency. A ring means the network has learnt to turn numbers into angles.'
      }
      about={FORMULA}
    >
      <Show when={props.look} fallback={<p class="waiting">Drawn as soon as the weights arrive</p>}>
        <ul class="circle-row">
          <For each={circles()}>
            {(k) => (
              <li>
                <CircleCanvas
                  plane={planeOf(k)}
                  radius={radius()}
                  next={neighbourDistance(props.p, k)}
                  color={colorOf(k)}
                  ink={props.palette.ink}
                  label={`Plane of frequency ${k}`}
                  token={token()}
                  onToken={setToken}
                />
                <span class="circle-name" style={{ color: colorOf(k) }}>
                  k = {k}
                </span>
                <span class="hint">{formatNumber(props.look?.byFrequency[k - 1])}</span>
              </li>
            )}
          </For>
        </ul>
        <p class="readout">
          {token() === null ? `step ${props.look?.step ?? 0}` : `number ${token() ?? ''}, in every plane`}
        </p>
      </Show>
    </Panel>
  );
};
