import type { Palette } from '@grokscope/figures';
import { formatExact, formatPercent, largestRadius } from '@grokscope/figures';
import type { JSX } from 'solid-js';
import { For, createMemo, createSignal } from 'solid-js';
import type { Age } from '../../plot/age.js';
import { agedClass, agedTitle, ageWords } from '../../plot/age.js';
import type { ComponentsLook } from '../../look/looks.js';
import { CircleCanvas } from '../circles/circle-canvas.jsx';
import { componentsTitle } from './components-words.js';
import { Panel } from '../parts/panel.jsx';
import { Readout, WIDEST_NUMBER } from '../parts/readout.jsx';

const FORMULA = (
  <>
    <p>
      Principal components of the embeddings, their mean taken out: orthogonal directions in the residual
      stream, each holding as much as can be of the variance that those before it leave. A dot stands at a
      token's coordinates along two of them. All planes share one scale.
    </p>
    <p>The task has no cyclic order, so there are no waves to write the embedding in.</p>
    <p class="hint">Pearson, “On lines and planes of closest fit to systems of points in space”, 1901.</p>
  </>
);

/** The most tokens that are named beside their dots. */
const FEW = 14;

/** The positions of all tokens' embeddings along the directions in which they differ most. */
export const ComponentsPanel = (props: {
  look: ComponentsLook;
  /** Width of the embedding. */
  width: number;
  palette: Palette;
  /** The age of the look. */
  age: Age;
}): JSX.Element => {
  const [token, setToken] = createSignal<number | null>(null);
  const radius = createMemo(() =>
    Math.max(1e-12, ...props.look.planes.map(({ x, y }) => largestRadius(x, y))),
  );
  const shareOf = (plane: number): number =>
    (props.look.explained[2 * plane] ?? 0) + (props.look.explained[2 * plane + 1] ?? 0);
  const count = (): number => props.look.words.length;
  const name = (): string => props.look.words[token() ?? 0] ?? '';
  const longestName = createMemo(() =>
    props.look.words.reduce((longest, word) => (word.length > longest.length ? word : longest), ''),
  );
  const readout = (): string => {
    const at = token();
    if (at === null) return ageWords(props.age);
    const places = props.look.planes.map(({ x, y }) => `(${formatExact(x[at])}, ${formatExact(y[at])})`);
    return `${name()} · ${places.join(' · ')}`;
  };
  const onKey = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === 'Escape') setToken(null);
    if (by === undefined) return;
    event.preventDefault();
    const from = token() ?? (by > 0 ? -1 : count());
    setToken((from + by + count()) % count());
  };
  return (
    <Panel
      class={agedClass('components', props.age)}
      name="Principal components"
      title={agedTitle(componentsTitle(props.look.explained, count(), props.width), props.age)}
      reading="Each dot is a token, where its embedding lies along two of the directions in which the tokens differ most. Tokens that lie together are treated alike by the network."
      about={FORMULA}
    >
      <div
        class="circle-row-frame"
        tabIndex={0}
        role="group"
        aria-label={`Planes of principal components. Arrow keys go from token to token. ${token() === null ? '' : readout()}`}
        onKeyDown={onKey}
        onBlur={() => setToken(null)}
      >
        <ul class="circle-row">
          <For each={props.look.planes}>
            {(plane, i) => (
              <li>
                <CircleCanvas
                  plane={plane}
                  radius={radius()}
                  next={0}
                  color={props.palette.train}
                  ink={props.palette.ink}
                  label={`Components ${2 * i() + 1} and ${2 * i() + 2}`}
                  token={token()}
                  name={name()}
                  {...(count() <= FEW ? { names: props.look.words } : {})}
                  onToken={setToken}
                />
                <span class="circle-name">
                  {2 * i() + 1} and {2 * i() + 2}
                </span>
                <span class="hint">{formatPercent(shareOf(i()))}</span>
              </li>
            )}
          </For>
        </ul>
      </div>
      <Readout
        longest={`${longestName()} · ${props.look.planes
          .map(() => `(${WIDEST_NUMBER}, ${WIDEST_NUMBER})`)
          .join(' · ')}`}
      >
        {readout()}
      </Readout>
    </Panel>
  );
};
