import { formatCount } from '@grokscope/figures';

/** How far what a panel shows is from the step that is shown. */
export interface Age {
  /** The step of what the panel shows. */
  readonly step: number;
  /** Steps it lies behind the shown one; negative: ahead of it. */
  readonly behind: number;
  /** Whether a reader must be told: it is of another step than the one chosen, or of a moving run no longer recent. */
  readonly isOld: boolean;
  /** Whether the shown step moves on. */
  readonly isMoving: boolean;
}

/** What a panel is compared with. */
export interface ComparedStep {
  /** The step that is shown. */
  readonly step: number;
  /** Whether that is the newest of a run that moves, which no look can keep up with to the step. */
  readonly isMoving: boolean;
  /** Steps between two looks at a run that moves. */
  readonly everySteps: number;
}

/** So many looks, or this part of the run so far, may pass before a panel of a moving run is old. */
const RECENT = { looks: 3, share: 0.02 };

/** The age of a look at `step`. */
export const ageOf = (step: number, shown: ComparedStep): Age => {
  const behind = shown.step - step;
  const allowed = shown.isMoving ? Math.max(RECENT.looks * shown.everySteps, RECENT.share * shown.step) : 0;
  return { step, behind, isOld: behind < 0 || behind > allowed, isMoving: shown.isMoving };
};

/** `step 420`, and of an old look how far that is from the shown one: `step 420, 670 steps ago`. */
export const ageWords = ({ step, behind, isOld, isMoving }: Age): string => {
  const at = `step ${formatCount(step)}`;
  if (!isOld) return at;
  const steps = `${formatCount(Math.abs(behind))} step${Math.abs(behind) === 1 ? '' : 's'}`;
  if (behind < 0) return `${at}, ${steps} after the one that is shown`;
  return isMoving ? `${at}, ${steps} ago` : `${at}, ${steps} before the one that is shown`;
};

/** The title of an old look names its step first, so that no figure in it passes for one of the shown step. */
export const agedTitle = (title: string, { step, isOld }: Age): string =>
  isOld ? `At step ${formatCount(step)}: ${title.charAt(0).toLowerCase()}${title.slice(1)}` : title;

/** The class of a panel that shows an old look. */
export const agedClass = (name: string, { isOld }: Age): string => (isOld ? `${name} old` : name);
