import { MAX_NOTE } from '@grokscope/schema';
import type { JSX } from 'solid-js';
import { For, Show, createSignal, createUniqueId, onMount } from 'solid-js';
import type { ApiError, ApiProblem, RunNotes as Notes } from '../api.js';
import { NO_NOTES } from '../api.js';
import { changeBetween, tagsIn } from '../notes-change.js';
import type { NotesAccess } from '../run-source.js';
import { problemsIn } from './error-problems.js';
import { ProblemList } from './problem-list.jsx';

/** What people say of a run, a row of its recipe: read in place, and changed in place. */
export const RunNotes = (props: { access: NotesAccess }): JSX.Element => {
  const [said, setSaid] = createSignal<Notes>(NO_NOTES);
  const [problems, setProblems] = createSignal<readonly ApiProblem[]>([]);
  const [isEditing, setEditing] = createSignal(false);
  const [isSaved, setSaved] = createSignal(false);
  let opener: HTMLButtonElement | undefined;

  const read = async (): Promise<void> => {
    const notes = await props.access.read();
    // What cannot be read now is read when it is to be changed; the rest of the page says that the server is gone.
    if (notes._tag === 'Right') setSaid(notes.right);
  };
  onMount(() => void read());
  const fail = (error: ApiError): void => {
    setProblems(problemsIn(error, 'Nothing was saved.'));
  };
  const open = async (): Promise<void> => {
    setSaved(false);
    setProblems([]);
    await read();
    setEditing(true);
  };
  const close = (): void => {
    setEditing(false);
    setProblems([]);
    opener?.focus();
  };
  const save = async (wanted: Notes): Promise<void> => {
    const change = changeBetween(said(), wanted);
    if (change === null) return close();
    const changed = await props.access.change(change)();
    if (changed._tag === 'Left') return fail(changed.left);
    setSaid(changed.right);
    setSaved(true);
    close();
  };
  const isEmpty = (): boolean => said().note === '' && said().tags.length === 0;

  return (
    <div class="wide said">
      <dt>Notes</dt>
      <dd>
        <Show
          when={isEditing()}
          fallback={
            <>
              <Show when={said().tags.length > 0}>
                <ul class="tags" aria-label="Tags of this run">
                  <For each={said().tags}>{(tag) => <li>#{tag}</li>}</For>
                </ul>
              </Show>
              <Show when={said().note !== ''}>
                <p class="note" role="note" aria-label="Note on this run">
                  {said().note}
                </p>
              </Show>
              <button
                type="button"
                class="quiet-button"
                ref={(element) => (opener = element)}
                onClick={() => void open()}
              >
                {isEmpty() ? 'Add a note or tags' : 'Edit note and tags'}
              </button>
            </>
          }
        >
          <NotesForm said={said()} problems={problems()} onSave={save} onCancel={close} />
        </Show>
        <span class="visually-hidden" role="status" aria-label="Notes">
          {isSaved() ? 'Saved' : ''}
        </span>
      </dd>
    </div>
  );
};

const NotesForm = (props: {
  said: Notes;
  problems: readonly ApiProblem[];
  onSave: (wanted: Notes) => Promise<void>;
  onCancel: () => void;
}): JSX.Element => {
  const [note, setNote] = createSignal(props.said.note);
  const [tags, setTags] = createSignal(props.said.tags.join(' '));
  const [busy, setBusy] = createSignal(false);
  const hint = createUniqueId();
  let first: HTMLTextAreaElement | undefined;
  onMount(() => first?.focus());

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    await props.onSave({ note: note().trim(), tags: tagsIn(tags()) });
    setBusy(false);
  };
  return (
    <form
      class="start notes-form"
      aria-label="Note and tags"
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') props.onCancel();
      }}
    >
      <label>
        Note
        <textarea
          rows="3"
          maxLength={MAX_NOTE}
          ref={(element) => (first = element)}
          value={note()}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </label>
      <label>
        Tags
        <input
          type="text"
          spellcheck={false}
          autocapitalize="off"
          aria-describedby={hint}
          value={tags()}
          onInput={(event) => setTags(event.currentTarget.value)}
        />
      </label>
      <p class="hint" id={hint}>
        Words with spaces between; <code>grokscope runs --tag</code> finds the run by them.
      </p>
      <Show when={props.problems.length > 0}>
        <ProblemList problems={props.problems} />
      </Show>
      <div class="form-buttons">
        <button type="submit" class="primary" disabled={busy()}>
          {busy() ? 'Saving …' : 'Save'}
        </button>
        <button type="button" onClick={() => props.onCancel()}>
          Cancel
        </button>
      </div>
    </form>
  );
};
