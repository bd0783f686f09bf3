import type { FrequencyPlane } from '@grokscope/interpret';

/** The radii of a ring differ by less than this part of their mean; those of a cloud without a hole by about half. */
const SPREAD = 0.3;

/** Whether points form a ring rather than a cloud. */
export const isRing = (plane: FrequencyPlane | undefined): boolean => {
  if (!plane) return false;
  const radii = Array.from(plane.x, (x, i) => Math.hypot(x, plane.y[i] ?? 0));
  const mean = radii.reduce((sum, r) => sum + r, 0) / radii.length;
  const variance = radii.reduce((sum, r) => sum + (r - mean) ** 2, 0) / radii.length;
  return mean > 0 && Math.sqrt(variance) < SPREAD * mean;
};

/** What the circles show, given the number of rings among them. */
export const circlesTitle = (rings: number): string =>
  rings >= 2 ? 'The numbers fall into circles' : 'The numbers, seen along their strongest waves';
