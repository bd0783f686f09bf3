import type { JSX } from 'solid-js';
import { For, Show, createSignal, onMount } from 'solid-js';
import type { ApiProblem, RunNotes as Notes } from '../../connection/api.js';
import { NO_NOTES } from '../../connection/api.js';
import { inBrowser } from '../../view/kept-text.js';
import type { NotesDraft } from '../../run/notes-change.js';
import { draftFrom, draftOf, isChanged, rebased } from '../../run/notes-change.js';
import type { NotesAccess } from '../../run/run-source.js';
import { saveNotes } from '../../run/save-notes.js';
import { holdUnsaved } from '../../view/unsaved.js';
import { ask } from '../parts/ask.jsx';
import { problemsIn } from '../parts/error-problems.js';
import { NotesForm } from './notes-form.jsx';
import { ProblemList } from '../parts/problem-list.jsx';

/**
 * The note and tags of a run, a row of its recipe: read and edited in place. The browser keeps typed text until it is
 * saved or discarded; a newer note by others is shown beside it and never overwritten without consent.
 */
export const RunNotes = (props: { runId: string; access: NotesAccess }): JSX.Element => {
  const key = `notes ${props.runId}`;
  const [said, setSaid] = createSignal<Notes>(NO_NOTES);
  const [draft, setDraft] = createSignal<NotesDraft | null>(draftFrom(inBrowser.read(key)));
  /** The note that others saved while this one was written. */
  const [newer, setNewer] = createSignal<Notes | null>(null);
  const [problems, setProblems] = createSignal<readonly ApiProblem[]>([]);
  const [isSaved, setSaved] = createSignal(false);
  let opener: HTMLButtonElement | undefined;
  let wasKept = draft() !== null;
  let isKept = true;

  const read = async (): Promise<boolean> => {
    const notes = await props.access.read();
    if (notes._tag === 'Left') {
      setProblems(problemsIn(notes.left, 'The notes of this run cannot be read, so they cannot be changed.'));
      return false;
    }
    setSaid(notes.right);
    setProblems([]);
    return true;
  };
  // If this fails, the rest of the page reports that the server is gone; the notes are read again before they are
  // changed.
  onMount(() => void read().then(() => setProblems([])));
  holdUnsaved(() => {
    const typed = draft();
    return typed !== null && isChanged(typed) && !isKept ? LEAVE_NOTE : null;
  });

  const change = (typed: NotesDraft): void => {
    setDraft(typed);
    if (isChanged(typed)) isKept = inBrowser.write(key, typed);
    else inBrowser.drop(key);
  };
  const open = async (): Promise<void> => {
    setSaved(false);
    if (await read()) setDraft(draftOf(said()));
  };
  const close = (): void => {
    wasKept = false;
    inBrowser.drop(key);
    setDraft(null);
    setNewer(null);
    setProblems([]);
    opener?.focus();
  };
  const cancel = async (): Promise<void> => {
    const typed = draft();
    if (typed !== null && isChanged(typed) && !(await ask(DISCARD))) return;
    close();
  };
  const save = async (): Promise<void> => {
    const typed = draft();
    if (typed === null) return;
    const saved = await saveNotes(props.access, typed);
    if (saved._tag === 'Right') {
      setSaid(saved.right);
      setSaved(true);
      return close();
    }
    if (saved.left._tag !== 'Conflict') return void setProblems(problemsIn(saved.left, 'Nothing was saved.'));
    setProblems([]);
    setNewer(saved.left.notes);
    // Typed text stays; saved once more, it replaces the note shown beside it.
    change(rebased(typed, saved.left.notes));
  };
  const takeNewer = (): void => {
    const [typed, others] = [draft(), newer()];
    if (typed === null || others === null) return;
    setNewer(null);
    change({ ...typed, note: others.note });
  };
  const isEmpty = (): boolean => said().note === '' && said().tags.length === 0;

  return (
    <div class="wide said">
      <dt>Notes</dt>
      <dd>
        <Show
          when={draft()}
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
              <Show when={problems().length > 0}>
                <ProblemList problems={problems()} />
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
          {(typed) => (
            <NotesForm
              draft={typed()}
              newer={newer()}
              problems={problems()}
              isKept={wasKept}
              onChange={change}
              onSave={save}
              onTakeNewer={takeNewer}
              onCancel={() => void cancel()}
            />
          )}
        </Show>
        <span class="visually-hidden" role="status" aria-label="Notes">
          {isSaved() ? 'Saved' : ''}
        </span>
      </dd>
    </div>
  );
};

const DISCARD = {
  title: 'Discard what you typed?',
  text: 'Your changes to the note and tags of this run are not saved yet.',
  yes: 'Discard',
  no: 'Keep writing',
};
const LEAVE_NOTE = {
  title: 'Leave without saving?',
  text: 'Your changes to the note and tags of this run are not saved yet, and this browser does not keep them.',
  yes: 'Leave and lose them',
  no: 'Stay',
};
