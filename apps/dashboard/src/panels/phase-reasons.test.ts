import type { PhaseEvent } from '@grokscope/schema';
import { describe, expect, it } from 'vitest';
import { phaseReasons } from './phase-reasons.js';

const told = (
  phase: PhaseEvent['phase'],
  step: number,
  evidence: Record<string, number | null>,
): PhaseEvent => ({
  type: 'phase',
  runId: 'r',
  seq: 0,
  time: '2026-01-01T00:00:00.000Z',
  step,
  phase,
  evidence,
});

describe('why a phase was told', () => {
  it('names the step, the reason and the numbers seen then', () => {
    const [reason] = phaseReasons([
      told('circuitFormation', 1400, {
        toldAt: 2500,
        trainLoss: 1e-6,
        excludedLoss: 0.4,
        sumSquaredWeights: 2740,
      }),
    ]);
    expect(reason?.begins).toBe('circuit formation, from step 1,400');
    expect(reason?.because.replaceAll('\u00a0', ' ')).toMatch(
      /costs more and more.*\(seen at step 2,500: train loss 1\.0 × 10⁻⁶, excluded 0\.400, Σ w² 2,740\)/,
    );
  });

  it('says where a phase that a later look revised was told from before, and of which step the numbers are', () => {
    const look = told('circuitFormation', 200, { measuredAt: 300, toldAt: 1200, trainLoss: 0.01 });
    const [reason] = phaseReasons([{ ...look, revised: true, revisedFrom: 400 }]);
    expect(reason?.begins).toBe(
      'circuit formation, from step 200 (while the run went on it was told from 400)',
    );
    expect(reason?.because).toContain('(seen at step 300:');
  });

  it('says nothing of numbers that were not measured', () => {
    const [reason] = phaseReasons([told('generalized', 20, { testLoss: null })]);
    expect(reason?.because).not.toContain('(');
  });
});
