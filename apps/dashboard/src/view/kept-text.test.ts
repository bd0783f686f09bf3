import { describe, expect, it } from 'vitest';
import type { TextPlace } from './kept-text.js';
import { keptText } from './kept-text.js';

const place = (): TextPlace & { readonly entries: Map<string, string> } => {
  const entries = new Map<string, string>();
  return {
    entries,
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => void entries.set(key, value),
    removeItem: (key) => void entries.delete(key),
  };
};

describe('kept text', () => {
  it('comes back as it was given, in this tab and in a later one', () => {
    const browser = place();
    const typed = { note: 'ä "quoted"\n', tags: '' };
    const tab = place();
    expect(keptText(() => [tab, browser]).write('run', typed)).toBe(true);
    expect(keptText(() => [tab, browser]).read('run')).toEqual(typed);
    expect(keptText(() => [place(), browser]).read('run')).toEqual(typed);
    expect(keptText(() => [place(), browser]).read('another run')).toBeUndefined();
  });

  it('of two tabs each reads its own, and dropping one leaves the other', () => {
    const browser = place();
    const [one, other] = [place(), place()].map((tab) => keptText(() => [tab, browser]));
    one!.write('run', 'first');
    other!.write('run', 'second');
    expect(one!.read('run')).toBe('first');
    one!.drop('run');
    expect(other!.read('run')).toBe('second');
    expect(keptText(() => [place(), browser]).read('run')).toBe('second');
    other!.drop('run');
    expect(browser.entries.size).toBe(0);
  });

  it('says when nothing is kept, and reads nothing from what is damaged', () => {
    const full: TextPlace = {
      ...place(),
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
    };
    expect(keptText(() => [full]).write('run', 'text')).toBe(false);
    const refusing = keptText(() => {
      throw new DOMException('no storage here', 'SecurityError');
    });
    expect(refusing.write('run', 'text')).toBe(false);
    expect(refusing.read('run')).toBeUndefined();
    const damaged: TextPlace = { ...place(), getItem: () => '{"note":' };
    expect(keptText(() => [damaged]).read('run')).toBeUndefined();
  });
});
