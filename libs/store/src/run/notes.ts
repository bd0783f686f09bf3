/**
 * What people say of a run: `notes.json` in its folder. Next to commands the only thing there that others than the run
 * write; the run never reads it.
 */
export interface RunNotes {
  /** Any text; empty where there is none. */
  readonly note: string;
  /** In order of the alphabet, each once. */
  readonly tags: readonly string[];
  /** Made of note and tags: the same as long as they are, another once they differ. */
  readonly revision: string;
}
