import type { Palette } from '@grokscope/figures';
import { formatPercent } from '@grokscope/figures';
import type { Accessor, JSX } from 'solid-js';
import { Index, Show, createEffect, createMemo, createSignal, onCleanup } from 'solid-js';
import type { Address } from '../../view/address.js';
import { ageOf } from '../../plot/age.js';
import type { Api } from '../../connection/api.js';
import { viewAt } from '../../run/known-at.js';
import { measuresOf, ownPlots } from '../../plot/measure-curves.js';
import { runMode } from '../../run/run-mode.js';
import type { RunSource } from '../../run/run-source.js';
import { tellStory } from '../../story/story.js';
import type { TrainerFailure } from '../../trainer/protocol.js';
import { holdUnsaved } from '../../view/unsaved.js';
import { useRun } from '../../run/use-run.js';
import { noWaves } from '../../plot/waves.js';
import { Header } from './header.jsx';
import { InPageFailure } from './in-page-failure.jsx';
import { LossPanel } from '../loss/loss-panel.jsx';
import { MeasurePanel } from '../loss/measure-panel.jsx';
import { NetworkPanels } from './network-panels.jsx';
import { RecipePanel } from '../story/recipe-panel.jsx';
import { StoryPanel } from '../story/story-panel.jsx';
import { TimeSlider } from '../story/time-slider.jsx';
import { ToCome } from '../parts/to-come.jsx';

/** How often the page checks whether the process of a run that has not ended is still there. */
const PULSE_MS = 10_000;
/** Longest wait for the first panels from inside the network, which push down everything below them. */
const LAY_OUT_MS = 4000;
const GONE = ['interrupted', 'stale', 'failed'];

/** One run, live or finished, on a server or in this page. */
export const RunPage = (props: {
  source: RunSource;
  api: Api;
  palette: Accessor<Palette>;
  onShow: (address: Address) => void;
  /** The server no longer accepts this page's token; a run in the page needs none. */
  onUnauthorized?: () => void;
}): JSX.Element => {
  const run = useRun(props.source);
  const view = run.view;
  const [gone, setGone] = createSignal<string | null>(null);
  const [controllable, setControllable] = createSignal(true);
  const [now, setNow] = createSignal(Date.now());

  createEffect(() => {
    if (view().refusal?.code === 'unauthorized') props.onUnauthorized?.();
  });
  const isWaiting = createMemo(() => view().connection.status !== 'open');
  createEffect(() => {
    if (!isWaiting()) return;
    const clock = setInterval(() => setNow(Date.now()), 1000);
    onCleanup(() => clearInterval(clock));
  });
  const started = createMemo(() => view().started);
  createEffect(() => {
    // A run that emits again is alive again, before any request is made.
    if (started() !== null) setGone(null);
  });
  const measures = createMemo(() => measuresOf(started()));
  const history = createMemo(() => view().history);
  const ownMeasures = createMemo(() => ownPlots(history(), measures(), started()?.spec.observe.measures));
  const isOver = createMemo(() => view().ended !== null || view().failure !== null);
  createEffect(() => {
    const asking = props.source.ask;
    if (asking === null || isOver() || isWaiting()) return;
    // A run whose process was killed writes no ending; only the server can see that no process holds it any more.
    const ask = async (): Promise<void> => {
      const summary = await asking();
      if (summary._tag === 'Left') return;
      setGone(GONE.includes(summary.right.state) ? summary.right.state : null);
      setControllable(summary.right.controllable);
    };
    void ask();
    const pulse = setInterval(() => void ask(), PULSE_MS);
    onCleanup(() => clearInterval(pulse));
  });

  const mode = createMemo(() => runMode(view(), gone()));
  // Waves of another step are not used by the story.
  const waves = createMemo(() => {
    const look = run.look.looks().spectra;
    return look === null || ageOf(look.step, run.pace()).isOld ? noWaves : run.waves();
  });
  const known = createMemo(() => viewAt(view(), run.shown.chosen()));
  const lastHeardAt = createMemo<number | null>((previous) => {
    const { connection } = view();
    return connection.status === 'waiting' ? connection.lastHeardAt : previous;
  }, null);
  const silentForSeconds = (): number | null => {
    const heard = lastHeardAt();
    return heard === null ? null : Math.max(0, (now() - heard) / 1000);
  };
  const story = createMemo(() =>
    tellStory({
      view: view(),
      mode: mode(),
      shownStep: run.shown.chosen(),
      chance: run.chance(),
      waves: waves(),
      silentForSeconds: mode() === 'not live' ? silentForSeconds() : null,
    }),
  );
  createEffect(() => {
    const name = view().started?.spec.name ?? props.source.runId;
    const accuracy = known().latest?.testAccuracy;
    const share = accuracy === null || accuracy === undefined ? '' : ` · ${formatPercent(accuracy)}`;
    document.title = `${name}${share} · Grokscope`;
  });

  // Stored facts arrive at once; panels drawn before them would have to move.
  const isOpened = createMemo<boolean>((was) => was || view().caughtUp || isOver(), false);
  const [hasWaited, setWaited] = createSignal(false);
  const isLaidOut = createMemo<boolean>((was) => {
    const { pairs, patterns } = run.look.looks();
    return was || pairs !== null || patterns !== null || run.look.failure() !== null || hasWaited();
  }, false);
  createEffect(() => {
    if (!view().caughtUp) return;
    const timer = setTimeout(() => setWaited(true), LAY_OUT_MS);
    onCleanup(() => clearTimeout(timer));
  });

  holdUnsaved(() =>
    props.source.place === 'page' && started() !== null
      ? {
          title: 'Leave this run?',
          text: 'It is trained in this page and stored nowhere. Its curves and everything it has learnt will be lost.',
          yes: 'Leave and lose it',
          no: 'Stay',
        }
      : null,
  );

  const neverBegan = (): TrainerFailure | null => (view().started === null ? view().failure : null);

  return (
    <Show
      when={neverBegan() === null}
      fallback={
        <Show when={neverBegan()}>
          {(failure) => <InPageFailure failure={failure()} api={props.api} onShow={props.onShow} />}
        </Show>
      }
    >
      <Header
        run={run}
        mode={mode()}
        controllable={controllable()}
        isUnheard={gone() !== null && view().connection.status === 'open'}
        source={props.source}
        api={props.api}
        onShow={props.onShow}
      />
      <main class="grid">
        <StoryPanel
          story={story()}
          view={view()}
          shownStep={run.shown.chosen()}
          mode={mode()}
          onRetry={run.retry}
        />
        <Show when={isOpened()} fallback={<ToCome class="loss">Opening the run …</ToCome>}>
          <LossPanel
            view={view()}
            known={known()}
            chance={run.chance()}
            palette={props.palette()}
            shownStep={run.shown.chosen()}
          />
          <Index each={ownMeasures()}>
            {(plot) => <MeasurePanel plot={plot()} palette={props.palette()} />}
          </Index>
          <NetworkPanels run={run} palette={props.palette()} />
        </Show>
        <Show when={isLaidOut()}>
          <RecipePanel
            view={view()}
            source={props.source}
            absent={run.look.looks().analysis?.analysis.absent ?? {}}
          />
        </Show>
      </main>
      <TimeSlider view={view()} shown={run.shown} palette={props.palette()} isOver={isOver()} />
    </Show>
  );
};
