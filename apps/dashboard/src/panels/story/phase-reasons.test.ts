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

const reasonsOf = (phases: readonly PhaseEvent[], toldFirst = phases) => phaseReasons({ phases, toldFirst });

describe('why a phase was told', () => {
  it('names the step, the reason and the numbers seen then', () => {
    const [reason] = reasonsOf([
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

  it('says of a revision that it is one, and what was told before', () => {
    const live = told('circuitFormation', 400, { toldAt: 400 });
    const revised = { ...told('circuitFormation', 200, { toldAt: 300 }), revised: true };
    const words =
      'circuit formation, from step 200, as seen afterwards; while the run went on, it was reported from step 400';
    expect(reasonsOf([revised], [live])[0]?.begins).toBe(words);
    expect(reasonsOf([{ ...revised, revisedFrom: 400 }])[0]?.begins).toBe(words);
    expect(reasonsOf([live])[0]?.begins).toBe('circuit formation, from step 400');
  });

  it('says of which step the numbers are', () => {
    const look = told('circuitFormation', 200, { measuredAt: 300, toldAt: 1200, trainLoss: 0.01 });
    expect(reasonsOf([look])[0]?.because).toContain('(seen at step 300:');
  });

  it('says nothing of numbers that were not measured', () => {
    const [reason] = reasonsOf([told('generalized', 20, { testLoss: null })]);
    expect(reason?.because).not.toContain('(');
  });
});
