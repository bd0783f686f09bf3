import type { JSX } from 'solid-js';
import { createUniqueId, onMount } from 'solid-js';
import { render } from 'solid-js/web';
import type { Question } from '../../view/unsaved.js';

/**
 * Asks a question over the whole page. Escape means no, and so does an immediate press of Enter: nothing is lost by
 * haste.
 */
export const ask = (question: Question): Promise<boolean> =>
  new Promise((resolve) => {
    const host = document.createElement('div');
    document.body.append(host);
    const dispose = render(
      () => (
        <Dialog
          question={question}
          onAnswer={(answer) => {
            dispose();
            host.remove();
            resolve(answer);
          }}
        />
      ),
      host,
    );
  });

const Dialog = (props: { question: Question; onAnswer: (answer: boolean) => void }): JSX.Element => {
  const id = createUniqueId();
  let dialog: HTMLDialogElement | undefined;
  let isYes = false;
  onMount(() => dialog?.showModal());
  const answer = (yes: boolean): void => {
    isYes = yes;
    // Returns the focus to where it was.
    dialog?.close();
  };
  return (
    <dialog
      class="ask-dialog"
      ref={(element) => (dialog = element)}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
      onClose={() => props.onAnswer(isYes)}
    >
      <h2 id={`${id}-title`}>{props.question.title}</h2>
      <p id={`${id}-text`}>{props.question.text}</p>
      <div class="form-buttons">
        <button type="button" class="primary" autofocus onClick={() => answer(false)}>
          {props.question.no}
        </button>
        <button type="button" onClick={() => answer(true)}>
          {props.question.yes}
        </button>
      </div>
    </dialog>
  );
};
