import type { Graph } from '@grokscope/graph';
import { FOLLOWERS, NO_BARRIER, OWN, OWN_RESULT, OWN_WEIGHTS, WORDS } from '../opcodes.js';
import { align } from './arena.js';
import type { Addresses } from './addresses.js';
import { encode, scratchBytes } from './encode.js';
import type { Phase } from './phases.js';

/**
 * Bytes of common scratch that a phase needs: each of its steps has its own, since threads may be at different steps.
 */
export const phaseScratch = (phase: Phase, graph: Graph): number =>
  phase.reduce((sum, step) => sum + align(scratchBytes(step, graph)), 0);

/** The instructions of a phase, `WORDS` words each. */
export function encodePhase(phase: Phase, graph: Graph, at: Addresses): readonly (readonly number[])[] {
  let { scratch } = at;
  /** Kept for one example at a time in the following steps. */
  let own: number | undefined;
  return phase.map((step, i) => {
    const words = encode(step, graph, { ...at, scratch });
    scratch += align(scratchBytes(step, graph));
    const instruction = [...words, ...Array<number>(WORDS - words.length).fill(0)];
    instruction[NO_BARRIER] = Number(i < phase.length - 1);
    instruction[FOLLOWERS] = step.followers ?? 0;
    if (step.followers) own = step.isOwn ? step.node.id : undefined;
    if (step.isOwn) instruction[OWN] = OWN_RESULT;
    else if (own !== undefined && step.inputs[0] === own) instruction[OWN] = OWN_WEIGHTS;
    return instruction;
  });
}
