import { MAX_NOTE } from '@grokscope/schema';
import { formatCount } from '@grokscope/figures';
import type { JSX } from 'solid-js';
import { Show, createSignal, createUniqueId, onMount } from 'solid-js';
import type { ApiProblem, RunNotes } from '../../connection/api.js';
import type { NotesDraft } from '../../run/notes-change.js';
import { isChanged } from '../../run/notes-change.js';
import { ProblemList } from '../parts/problem-list.jsx';

/** The form for the note and tags of a run; the caller keeps the typed text. */
export const NotesForm = (props: {
  draft: NotesDraft;
  /** The note as others have changed it meanwhile; null if they have not. */
  newer: RunNotes | null;
  problems: readonly ApiProblem[];
  /** Whether the text was typed before the page was opened. */
  isKept: boolean;
  onChange: (draft: NotesDraft) => void;
  onSave: () => Promise<void>;
  onTakeNewer: () => void;
  onCancel: () => void;
}): JSX.Element => {
  const [busy, setBusy] = createSignal(false);
  const id = createUniqueId();
  let first: HTMLTextAreaElement | undefined;
  // A form that was open when the page was left does not take the focus from the user's current task.
  onMount(() => {
    if (!props.isKept) first?.focus();
  });
  const excess = (): number => props.draft.note.trim().length - MAX_NOTE;
  const saveWord = (): string => (props.newer === null ? 'Save' : 'Replace it with mine');

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    await props.onSave();
    setBusy(false);
  };
  return (
    <form
      class="start notes-form"
      aria-label="Note and tags"
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        // Otherwise the same key press would close the question that it opens.
        event.preventDefault();
        props.onCancel();
      }}
    >
      <Show when={props.isKept && isChanged(props.draft)}>
        <p class="hint">This is what you typed before; it is not saved yet.</p>
      </Show>
      <Show when={props.newer}>
        {(newer) => (
          <div class="newer" role="alert">
            <p class="problem">Someone else has changed this note in the meantime. It now reads:</p>
            <p class="note">{newer().note === '' ? '(empty)' : newer().note}</p>
            <button type="button" onClick={() => props.onTakeNewer()}>
              Use this one
            </button>
          </div>
        )}
      </Show>
      <label>
        {props.newer === null ? 'Note' : 'Your note'}
        <textarea
          rows="3"
          ref={(element) => (first = element)}
          aria-invalid={excess() > 0}
          aria-describedby={excess() > 0 ? `${id}-length` : undefined}
          value={props.draft.note}
          onInput={(event) => props.onChange({ ...props.draft, note: event.currentTarget.value })}
        />
      </label>
      <Show when={excess() > 0}>
        <p class="problem" id={`${id}-length`} role="alert">
          A note holds {formatCount(MAX_NOTE)} characters; this one is {formatCount(excess())} too long.
        </p>
      </Show>
      <label>
        Tags
        <input
          type="text"
          spellcheck={false}
          autocapitalize="off"
          aria-describedby={`${id}-tags`}
          value={props.draft.tags}
          onInput={(event) => props.onChange({ ...props.draft, tags: event.currentTarget.value })}
        />
      </label>
      <p class="hint" id={`${id}-tags`}>
        Separate words with spaces. <code>grokscope runs --tag</code> finds a run by its tags.
      </p>
      <Show when={props.problems.length > 0}>
        <ProblemList problems={props.problems} />
      </Show>
      <div class="form-buttons">
        <button type="submit" class="primary" disabled={busy() || excess() > 0}>
          {busy() ? 'Saving …' : saveWord()}
        </button>
        <button type="button" onClick={() => props.onCancel()}>
          Cancel
        </button>
      </div>
    </form>
  );
};
