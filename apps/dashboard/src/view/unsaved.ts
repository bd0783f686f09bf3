import { onCleanup } from 'solid-js';

/** A question with the answers yes and no. */
export interface Question {
  readonly title: string;
  readonly text: string;
  /** The labels of the two buttons. */
  readonly yes: string;
  readonly no: string;
}

type Holder = () => Question | null;
const holders = new Set<Holder>();

/** For as long as the calling component lives, leaving it asks the question that `holder` returns, if any. */
export const holdUnsaved = (holder: Holder): void => {
  holders.add(holder);
  onCleanup(() => holders.delete(holder));
};

/** The question to ask before the page may go on to something else; null: nothing would be lost. */
export const questionBeforeLeaving = (): Question | null => {
  for (const holder of holders) {
    const question = holder();
    if (question !== null) return question;
  }
  return null;
};
