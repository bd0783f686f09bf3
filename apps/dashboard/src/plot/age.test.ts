import { describe, expect, it } from 'vitest';
import { agedClass, agedTitle, ageOf, ageWords } from './age.js';

const live = { step: 1090, isMoving: true, everySteps: 10 };
const chosen = { step: 250, isMoving: false, everySteps: 10 };

describe('the age of a panel', () => {
  it('is told of a look that a moving run has left behind', () => {
    const old = ageOf(420, live);
    expect(ageWords(old)).toBe('step 420, 670 steps ago');
    expect(agedTitle('Without frequency 4 the test loss rises', old)).toBe(
      'At step 420: without frequency 4 the test loss rises',
    );
    expect(agedClass('ablations', old)).toBe('ablations old');
  });

  it('is nothing to speak of where the look is recent', () => {
    const recent = ageOf(1070, live);
    expect([ageWords(recent), agedTitle('A title', recent), agedClass('x', recent)]).toEqual([
      'step 1,070',
      'A title',
      'x',
    ]);
  });

  it('is told to the step where a step was chosen or the run is at rest, before and after', () => {
    expect(ageOf(250, chosen).isOld).toBe(false);
    expect(ageWords(ageOf(200, chosen))).toBe('step 200, 50 steps before the one that is shown');
    expect(ageWords(ageOf(251, chosen))).toBe('step 251, 1 step after the one that is shown');
    expect(ageOf(1200, live).isOld).toBe(true);
  });
});
