import { describe, expect, it } from 'vitest';
import type { Address } from './address.js';
import { addressOf, searchOf } from './address.js';

describe('an address', () => {
  it('names a run, a run in the page, or nothing', () => {
    expect(addressOf('')).toEqual({ _tag: 'Newest' });
    expect(addressOf('?run=a-b')).toEqual({ _tag: 'Run', runId: 'a-b' });
    expect(addressOf('?in-page=quick-grok')).toEqual({
      _tag: 'InPage',
      order: { preset: 'quick-grok', set: [] },
    });
  });

  it('comes back from its query string, whatever characters a setting has', () => {
    const addresses: Address[] = [
      { _tag: 'Newest' },
      { _tag: 'Run', runId: 'a b&c=ü' },
      {
        _tag: 'InPage',
        order: {
          preset: 'mainline',
          set: ['optimizer.lr=1e-3', 'model={"dModel": 64, "nHeads": 2}', 'a=&+%'],
        },
      },
    ];
    for (const address of addresses) expect(addressOf(searchOf(address))).toEqual(address);
  });
});
