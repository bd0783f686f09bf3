import type { LookOrder, FromLooker, ToLooker } from './protocol.js';
import { lookAtComponents } from './components.js';
import {
  lookAtEverything,
  lookAtNeurons,
  lookAtPatterns,
  lookAtScores,
  lookAtSingularValues,
} from './deep.js';
import type { BrokenLook, Looks } from './looks.js';
import { lookAtPairs } from './pairs.js';
import { areFinite } from './significance.js';
import { lookAtSpectra } from './spectra.js';
import type { LookSubject } from './subject.js';
import { createSubjects } from './subject.js';

/** The looks that a worker of each depth computes. */
const NOTHING: Readonly<Record<ToLooker['depth'], Partial<Looks>>> = {
  waves: { spectra: null, components: null },
  parts: { pairs: null, patterns: null },
  deep: { neurons: null, scores: null, singular: null, analysis: null },
};

const brokenOf = ({ weights: { step, tensors } }: LookOrder): BrokenLook | null => {
  const tensor = tensors.find(({ data }) => !areFinite(data));
  return tensor === undefined ? null : { step, tensor: tensor.name };
};

export interface LookerDeps {
  readonly post: (message: FromLooker) => void;
  /** Lets waiting messages in, then continues. */
  readonly breathe: () => Promise<void>;
  readonly now: () => number;
}

/**
 * The worker's side: receives the page's messages. It processes the newest order; a newer one interrupts the work on an
 * older one between two looks. Results computed before the interruption are still posted, and `done` once for every
 * order begun.
 */
export const createLooker = ({ post, breathe, now }: LookerDeps): ((message: ToLooker) => void) => {
  const subjectOf = createSubjects();
  let newest = 0;

  const looksOf = (
    depth: ToLooker['depth'],
    subject: LookSubject,
    { choice }: LookOrder,
  ): readonly (() => Promise<Partial<Looks>>)[] => {
    switch (depth) {
      case 'waves':
        return [async () => ({ spectra: lookAtSpectra(subject), components: lookAtComponents(subject) })];
      case 'parts':
        return [
          async () => ({ pairs: lookAtPairs(subject, choice) }),
          async () => ({ patterns: await lookAtPatterns(subject, choice) }),
        ];
      case 'deep':
        return [
          async () => ({ neurons: lookAtNeurons(subject) }),
          async () => ({ scores: await lookAtScores(subject) }),
          async () => ({ singular: lookAtSingularValues(subject) }),
          async () => ({ analysis: await lookAtEverything(subject) }),
        ];
      default:
        return depth satisfies never;
    }
  };

  const work = async ({ id, depth, order }: ToLooker, turn: number): Promise<void> => {
    const began = now();
    try {
      const broken = brokenOf(order);
      post({ type: 'looks', id, looks: broken === null ? { broken } : { ...NOTHING[depth], broken } });
      if (broken !== null) return;
      const subject = subjectOf(order.spec, order.weights);
      for (const look of subject ? looksOf(depth, subject, order) : []) {
        post({ type: 'looks', id, looks: await look() });
        await breathe();
        if (turn !== newest) break;
      }
    } catch (thrown) {
      post({ type: 'failed', id, message: thrown instanceof Error ? thrown.message : String(thrown) });
    } finally {
      post({ type: 'done', id, tookMs: now() - began });
    }
  };

  return (message) => {
    newest += 1;
    void work(message, newest);
  };
};
