/** The logic of the time slider: the positions on it and the effect of keys. Pure. */
import type { History } from '../run/history.js';
import { PHASE_WORDS, phaseAt } from '../run/history.js';
import { indexAt } from './series.js';

/** Something that gets a tick, at a share (0 … 1) of the slider's width. */
export interface TimelineTick {
  readonly kind: 'phase' | 'saved' | 'intervention' | 'fall';
  readonly step: number;
  readonly share: number;
  /** Its description: `step 350: circuit formation begins`. */
  readonly label: string;
}

export const shareOf = (step: number, end: number): number =>
  end > 0 ? Math.min(Math.max(step / end, 0), 1) : 0;

const spoken = (step: number): string => step.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** Everything that gets a tick on a slider that ends at step `end`. */
export const timelineTicks = (history: History, end: number): TimelineTick[] => {
  const tick = (kind: TimelineTick['kind'], step: number, what: string): TimelineTick => ({
    kind,
    step,
    share: shareOf(step, end),
    label: `step ${spoken(step)}: ${what}`,
  });
  return [
    ...history.saved.map((step) => tick('saved', step, 'checkpoint')),
    ...history.phases.map(({ step, phase }) => tick('phase', step, `${PHASE_WORDS[phase]} begins`)),
    ...history.falls.map(({ step, learnedAt }) =>
      tick('fall', step, `fell back, after 99 % right at step ${spoken(learnedAt)}`),
    ),
    ...history.interventions.map(({ step, path = 'a setting', value }) =>
      tick('intervention', step, `${path} set to ${String(value)}`),
    ),
  ];
};

/** The saved step nearest to a share of the slider; null if that is the live position, or nothing is saved. */
export const stepAtShare = (
  share: number,
  saved: readonly number[],
  end: number,
  live: number,
): number | null => {
  const wanted = share * end;
  let nearest: number | null = null;
  let least = Math.abs(live - wanted);
  for (const step of saved) {
    const distance = Math.abs(step - wanted);
    if (distance < least) [nearest, least] = [step, distance];
  }
  return nearest;
};

/**
 * The step that a key moves to from a step (null: live): the saved step before or after, five further, the first, or
 * live again. `undefined`: the key has no meaning here.
 */
export const stepByKey = (
  key: string,
  chosen: number | null,
  saved: readonly number[],
): number | null | undefined => {
  if (saved.length === 0) return undefined;
  const at = chosen === null ? saved.length : indexAt(saved, chosen);
  const go = (index: number): number | null => saved[Math.max(0, index)] ?? null;
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return go(at - 1);
    case 'ArrowRight':
    case 'ArrowUp':
      return go(at + 1);
    case 'PageDown':
      return go(at - 5);
    case 'PageUp':
      return go(at + 5);
    case 'Home':
      return go(0);
    case 'End':
    case 'Escape':
      return null;
    default:
      return undefined;
  }
};

/** The slider's position in words. */
export const timelineText = (history: History, step: number, isLive: boolean): string => {
  const phase = phaseAt(history, step);
  const where = phase === null ? '' : `, ${PHASE_WORDS[phase]}`;
  return `Step ${spoken(step)}${where}${isLive ? ', the newest' : ', a saved step'}`;
};
