import { formatCount } from '@grokscope/figures';

/** How far a panel's content is from the displayed step. */
export interface Age {
  /** The step of the panel's content. */
  readonly step: number;
  /** Steps it lies behind the displayed one; negative: ahead of it. */
  readonly behind: number;
  /**
   * Whether the user must be told: it belongs to another step than the chosen one, or is no longer recent in a run in
   * progress.
   */
  readonly isOld: boolean;
  /** Whether the displayed step is advancing. */
  readonly isMoving: boolean;
}

/** The reference for a panel's age. */
export interface ComparedStep {
  /** The displayed step. */
  readonly step: number;
  /** Whether that is the newest step of a run in progress, which looks cannot follow exactly. */
  readonly isMoving: boolean;
  /** Steps between two looks at a run in progress. */
  readonly everySteps: number;
}

/** How many looks, or what part of the run so far, may pass before a panel of a run in progress counts as old. */
const RECENT = { looks: 3, share: 0.02 };

/** The age of a look at `step`. */
export const ageOf = (step: number, shown: ComparedStep): Age => {
  const behind = shown.step - step;
  const allowed = shown.isMoving ? Math.max(RECENT.looks * shown.everySteps, RECENT.share * shown.step) : 0;
  return { step, behind, isOld: behind < 0 || behind > allowed, isMoving: shown.isMoving };
};

/** `step 420`, and for an old look its distance from the displayed step: `step 420, 670 steps ago`. */
export const ageWords = ({ step, behind, isOld, isMoving }: Age): string => {
  const at = `step ${formatCount(step)}`;
  if (!isOld) return at;
  const steps = `${formatCount(Math.abs(behind))} step${Math.abs(behind) === 1 ? '' : 's'}`;
  if (behind < 0) return `${at}, ${steps} after the one that is shown`;
  return isMoving ? `${at}, ${steps} ago` : `${at}, ${steps} before the one that is shown`;
};

/** The title of an old look names its step first, so that its figures are not taken for those of the displayed step. */
export const agedTitle = (title: string, { step, isOld }: Age): string =>
  isOld ? `At step ${formatCount(step)}: ${title.charAt(0).toLowerCase()}${title.slice(1)}` : title;

/** The class of a panel that shows an old look. */
export const agedClass = (name: string, { isOld }: Age): string => (isOld ? `${name} old` : name);
