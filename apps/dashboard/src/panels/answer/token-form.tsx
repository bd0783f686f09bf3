import type { JSX } from 'solid-js';
import { Show } from 'solid-js';
import { Notice } from '../parts/notice.jsx';

/** Asks for the token of a server that requires one. */
export const TokenForm = (props: { wasWrong: boolean; onToken: (token: string) => void }): JSX.Element => {
  let input: HTMLInputElement | undefined;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const token = input?.value.trim() ?? '';
    if (token !== '') props.onToken(token);
  };
  return (
    <Notice title="This server requires a token">
      <p>
        Enter the token that was set with <code>grokscope serve --token</code>. This tab keeps it until it is
        closed and sends it to this server only.
      </p>
      <form class="start" onSubmit={submit}>
        <label>
          Token
          <input ref={(element) => (input = element)} type="password" autocomplete="off" required />
        </label>
        <Show when={props.wasWrong}>
          <p class="problem" role="alert">
            The server did not accept that token.
          </p>
        </Show>
        <button type="submit" class="primary">
          Open
        </button>
      </form>
    </Notice>
  );
};
