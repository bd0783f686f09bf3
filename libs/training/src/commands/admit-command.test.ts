import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RefusedCommand } from '../item.js';
import { admitCommand } from './admit-command.js';

describe('admitting a command', () => {
  it('passes what is one, and says who gave it', () => {
    expect(admitCommand({ command: 'step' }, 'code')).toEqual({ command: 'step', n: 1, by: 'code' });
    expect(admitCommand({ command: 'stop', by: 'page' }, 'api')).toEqual({ command: 'stop', by: 'page' });
    expect(admitCommand({ command: 'interrupt' }, 'api')).toEqual({ command: 'interrupt' });
  });

  it('refuses the rest with its name and every error', () => {
    expect(admitCommand({ command: 'set', path: 'optimizer.betas', value: '3' }, 'code')).toEqual({
      command: 'refused',
      given: 'set',
      message: [
        'path = "optimizer.betas": must be one of optimizer.lr, optimizer.weightDecay; did you mean optimizer.lr?',
        'value = "3": must be a number of at least 0; "3" is a text, and without the quotes a number',
      ].join('\n'),
      by: 'code',
    });
    expect(admitCommand(undefined)).toMatchObject({ command: 'refused', given: '' });
  });

  it('is refused with a name and a message that show where they were cut', () => {
    const refusal = { command: 'refused', given: 'x'.repeat(50), message: 'y'.repeat(2000) };
    const { given, message } = admitCommand(refusal) as RefusedCommand;
    expect(given).toBe(`${'x'.repeat(39)}…`);
    expect(message).toBe(`${'y'.repeat(999)}…`);
  });

  it('is done once: what it gives, it gives again, and it is small', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.record({ command: fc.string(), given: fc.anything() })), (x) => {
        const once = admitCommand(x, 'code');
        expect(admitCommand(once, 'api')).toEqual(once);
        expect(JSON.stringify(once).length).toBeLessThan(10_000);
      }),
      { seed: 12, numRuns: 500 },
    );
  });
});
