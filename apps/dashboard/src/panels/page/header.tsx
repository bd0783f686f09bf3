import { formatCount, formatNumber, taskWords } from '@grokscope/figures';
import type { RunCommand, StartedEvent } from '@grokscope/schema';
import type { JSX } from 'solid-js';
import { Show, createEffect, createMemo, createSignal, onCleanup } from 'solid-js';
import type { Address } from '../../view/address.js';
import type { Api } from '../../connection/api.js';
import type { RunMode } from '../../run/run-mode.js';
import type { RunHost, RunSource } from '../../run/run-source.js';
import { dataWords, engineWords, layerWords } from '../../story/task-words.js';
import type { LiveRun } from '../../run/use-run.js';
import { Popover } from '../parts/popover.jsx';
import { RunsMenu } from '../menu/runs-menu.jsx';

/** Longest wait for a command to take effect before the buttons are enabled again. */
const ANSWER_MS = 8000;

/** Name, run, state and speed, and the controls; on a phone the controls become a bar at the bottom. */
export const Header = (props: {
  run: LiveRun;
  mode: RunMode;
  controllable: boolean;
  /** Whether the server no longer hears from its process: it may be gone, in which case the run can be continued. */
  isUnheard: boolean;
  source: RunSource;
  api: Api;
  onShow: (address: Address) => void;
}): JSX.Element => {
  const view = (): ReturnType<LiveRun['view']> => props.run.view();
  const spec = createMemo(() => view().started?.spec);
  const engine = ({ engine: name, threads }: StartedEvent): string =>
    engineWords(name, threads, props.source.place);
  const skipped = (): number => Math.max(0, ...view().skips.values());
  const speed = (): number | null => (props.mode === 'live' ? (view().latest?.stepsPerSecond ?? null) : null);

  return (
    <>
      <header class="top">
        <a class="brand" href="./">
          Grokscope
        </a>
        <h1 class="task">
          <Show when={spec()} fallback={props.source.runId}>
            {(known) => (
              <>
                <b title={known().name}>{known().name}</b> · {taskWords(known().task)} · {dataWords(known())}{' '}
                · {layerWords(known())}
              </>
            )}
          </Show>
        </h1>
        <div class="vitals">
          <span class={`state ${props.mode.replace(' ', '-')}`} role="status" aria-label="State of the run">
            {props.mode}
          </span>
          <span class="step" data-testid="step">
            step {formatCount(view().step)}
            <Show when={spec()}>{(known) => <> of {formatCount(known().training.steps)}</>}</Show>
          </span>
          <Show when={speed()}>
            {(rate) => <span data-testid="speed">{formatNumber(rate())} steps/s</span>}
          </Show>
          <Show when={skipped() > 0}>
            <span
              data-testid="skipped"
              title="The connection is slower than the run. The page receives every measurement, but only the newest weights"
            >
              {formatCount(skipped())} updates skipped
            </span>
          </Show>
          <Show when={view().started}>
            {(started) => (
              <Popover
                label={engine(started())}
                name={`Engine ${engine(started())}: why this one`}
                buttonClass="quiet-button"
                sheetName="Why this engine"
              >
                {() => (
                  <div class="about-text">
                    <p>{started().why}</p>
                    <p class="hint">
                      {started().threads === 1 ? 'One thread' : `${started().threads} threads`}
                      {started().engine === 'wasm' &&
                        `, relaxed multiply-add ${started().relaxedSimd ? 'on' : 'not available'}`}
                      .
                    </p>
                  </div>
                )}
              </Popover>
            )}
          </Show>
        </div>
        <div class="controls-bar">
          <Controls
            run={props.run}
            mode={props.mode}
            controllable={props.controllable}
            isUnheard={props.isUnheard}
            place={props.source.place}
          />
          <RunsMenu
            current={props.source.place === 'server' ? props.source.runId : null}
            api={props.api}
            onShow={props.onShow}
          />
        </div>
      </header>
      <Show when={view().refusal}>
        {(refusal) => (
          <p class="refusal" role="alert">
            {refusal().message}
          </p>
        )}
      </Show>
    </>
  );
};

/** States that a server can resume, from the last checkpoint. */
const BROKEN_OFF: readonly RunMode[] = ['stopped', 'interrupted'];
const OVER: readonly RunMode[] = ['finished', 'stopped', 'interrupted', 'diverged', 'failed'];

/**
 * Pause, Resume, Step, Stop; for an interrupted run only Resume. Each sends a request to the run; its effect shows when
 * its event arrives.
 */
const Controls = (props: {
  run: LiveRun;
  mode: RunMode;
  controllable: boolean;
  /** Whether the server no longer hears from its process: it may be gone, in which case the run can be continued. */
  isUnheard: boolean;
  place: RunHost;
}): JSX.Element => {
  const [asked, setAsked] = createSignal<RunCommand['command'] | null>(null);
  const answered = createMemo(
    () => {
      const { started, paused, ended, refusal, step } = props.run.view();
      return [started, paused, ended, refusal, paused ? step : 0];
    },
    undefined,
    { equals: (a, b) => a.every((value, i) => value === b[i]) },
  );
  createEffect(() => {
    answered();
    setAsked(null);
  });
  createEffect(() => {
    if (asked() === null) return;
    const timer = setTimeout(() => setAsked(null), ANSWER_MS);
    onCleanup(() => clearTimeout(timer));
  });
  const ask = (command: RunCommand): void => {
    setAsked(command.command);
    props.run.send(command);
  };
  const canAct = (): boolean => (props.mode === 'live' || props.mode === 'paused') && asked() === null;
  const canGoOn = (): boolean =>
    props.place === 'server' &&
    (BROKEN_OFF.includes(props.mode) || (props.mode === 'not live' && props.isUnheard));
  const readOnly = (): string | null => {
    if (canGoOn()) return null;
    if (OVER.includes(props.mode)) return 'Read-only: this run has ended';
    return props.controllable ? null : 'Read-only: this run was started elsewhere';
  };

  return (
    <Show when={readOnly() === null} fallback={<span class="read-only">{readOnly()}</span>}>
      <div class="controls" role="group" aria-label="Controls">
        <Show
          when={!canGoOn()}
          fallback={
            <button
              type="button"
              disabled={asked() !== null}
              title="Continue from the last checkpoint"
              onClick={() => ask({ command: 'resume' })}
            >
              {asked() === 'resume' ? 'Resuming …' : 'Resume'}
            </button>
          }
        >
          <Show
            when={props.mode === 'paused'}
            fallback={
              <button type="button" disabled={!canAct()} onClick={() => ask({ command: 'pause' })}>
                {asked() === 'pause' ? 'Pausing …' : 'Pause'}
              </button>
            }
          >
            <button type="button" disabled={!canAct()} onClick={() => ask({ command: 'resume' })}>
              Resume
            </button>
          </Show>
          <button
            type="button"
            disabled={!canAct()}
            title={props.mode === 'paused' ? 'Take one step' : 'Take one step and pause'}
            onClick={() => ask({ command: 'step', n: 1 })}
          >
            Step
          </button>
          <button
            type="button"
            disabled={!canAct()}
            title={
              props.place === 'server'
                ? 'End this run now. The server keeps what it has learnt'
                : 'End this run now. Its curves stay until you leave the page'
            }
            onClick={() => ask({ command: 'stop' })}
          >
            {asked() === 'stop' ? 'Stopping …' : 'Stop'}
          </button>
        </Show>
      </div>
    </Show>
  );
};
