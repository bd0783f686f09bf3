import type { JSX } from 'solid-js';
import { Match, Show, Switch, createResource } from 'solid-js';
import type { Address } from '../../view/address.js';
import type { Api } from '../../connection/api.js';
import type { TrainerFailure } from '../../trainer/protocol.js';
import { Notice } from '../parts/notice.jsx';
import { ProblemList } from '../parts/problem-list.jsx';
import { StartForm } from '../menu/start-form.jsx';

/** Shown instead of a run in this page that could not begin: the reason, and what can be done. */
export const InPageFailure = (props: {
  failure: TrainerFailure;
  api: Api;
  onShow: (address: Address) => void;
}): JSX.Element => {
  const [runs] = createResource(() => props.api.runs());
  const hasServer = (): boolean => runs()?._tag === 'Right';
  const of = <Tag extends TrainerFailure['_tag']>(
    tag: Tag,
  ): Extract<TrainerFailure, { readonly _tag: Tag }> | null =>
    props.failure._tag === tag ? (props.failure as Extract<TrainerFailure, { readonly _tag: Tag }>) : null;
  const form = (): JSX.Element => <StartForm api={props.api} server={hasServer()} onShow={props.onShow} />;
  return (
    <Switch>
      <Match when={of('BadOrder')}>
        {(failure) => (
          <Notice title="This run cannot be started">
            <p>The address of this page describes a run with errors:</p>
            <ProblemList problems={failure().problems} />
            <p>Start one from a preset instead:</p>
            {form()}
          </Notice>
        )}
      </Match>
      <Match when={of('NoEngine')}>
        {(failure) => (
          <Notice title="This browser cannot train">
            <p>
              Training in the page needs WebAssembly with SIMD, which every current browser has. The browser
              reports:
            </p>
            <p class="problem" role="alert">
              {failure().message}
            </p>
            <Show
              when={hasServer()}
              fallback={
                <p>
                  Open the page in another browser, or start a server with <code>npm start</code> and train
                  there.
                </p>
              }
            >
              <p>Open the page in another browser, or train on the server:</p>
              {form()}
            </Show>
          </Notice>
        )}
      </Match>
      <Match when={of('Broken')}>
        {(failure) => (
          <Notice title="The trainer did not start">
            <p class="problem" role="alert">
              {failure().message}
            </p>
            <p>Nothing is lost: the run had not begun.</p>
            <button type="button" class="primary" onClick={() => location.reload()}>
              Try again
            </button>
          </Notice>
        )}
      </Match>
    </Switch>
  );
};
