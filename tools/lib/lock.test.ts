import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from './lock.mjs';
import { run } from './process.mjs';

describe('a lock', () => {
  let folder = '';
  let file = '';

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'grokscope-lock-'));
    file = path.join(folder, 'deeper', 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('lets one task in at a time, and tells the second that it waits', async () => {
    const order: string[] = [];
    const first = withLock(
      file,
      () => order.push('first waits'),
      async () => {
        order.push('first in');
        await sleep(300);
        order.push('first out');
      },
    );
    const second = withLock(
      file,
      () => order.push('second waits'),
      async () => void order.push('second in'),
    );
    await Promise.all([first, second]);
    expect(order).toEqual(['first in', 'second waits', 'first out', 'second in']);
    expect(existsSync(file)).toBe(false);
  });

  it('is given back when the task fails', async () => {
    const failing = withLock(
      file,
      () => undefined,
      () => Promise.reject(new Error('no')),
    );
    await expect(failing).rejects.toThrow('no');
    expect(existsSync(file)).toBe(false);
  });

  it('is taken over where nobody ever wrote a name into it', async () => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, '');
    let waits = 0;
    const entering = withLock(
      file,
      () => (waits += 1),
      async () => 'in',
    );
    // Just created: a process may be about to write it.
    await sleep(300);
    expect(waits).toBe(1);
    expect(existsSync(file)).toBe(true);
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(file, longAgo, longAgo);
    await expect(entering).resolves.toBe('in');
  });

  it('is taken over from a process that is gone', async () => {
    const { text } = await run(process.execPath, ['-p', 'process.pid'], { output: 'capture' });
    await withLock(
      file,
      () => undefined,
      async () => undefined,
    );
    writeFileSync(file, text.trim());
    await expect(
      withLock(
        file,
        () => undefined,
        async () => 'in',
      ),
    ).resolves.toBe('in');
  });
});
