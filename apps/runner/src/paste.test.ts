import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { commandLine, quoted, runsOption } from './paste.js';

afterEach(() => void vi.unstubAllEnvs());

describe('a command that is printed', () => {
  it('names the command as it can be called, and quotes nothing that needs no quotes', () => {
    expect(commandLine('run', '--resume', 'quick-grok-20260101-000000-abcd', '--runs', './my/runs')).toBe(
      'npx grokscope run --resume quick-grok-20260101-000000-abcd --runs ./my/runs',
    );
  });

  it.skipIf(process.platform === 'win32')('is read by a shell as it was meant', () => {
    const texts = [
      'my runs',
      "it's",
      '$HOME',
      '`id`',
      'a"b',
      'a;b',
      '*',
      '~',
      'back\\slash',
      '!!',
      '(x)',
      'Größe',
      '',
    ];
    for (const text of texts) {
      const read = execFileSync('sh', ['-c', `printf %s ${quoted(text)}`], { encoding: 'utf8' });
      expect(read).toBe(text);
    }
  });

  it.skipIf(process.platform === 'win32')('is one argument to a shell, whatever it holds', () => {
    const ascii = fc.string({
      unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)),
    });
    const script = (texts: readonly string[]): string =>
      `printf '%s\\n' ${texts.map((text) => quoted(text)).join(' ')}`;
    fc.assert(
      fc.property(fc.array(ascii, { minLength: 1, maxLength: 50 }), (texts) => {
        const read = execFileSync('sh', ['-c', script(texts)], { encoding: 'utf8' });
        expect(read).toBe(texts.map((text) => `${text}\n`).join(''));
      }),
      { seed: 29, numRuns: 20 },
    );
  });

  it('has quotes of Windows there', () => {
    expect(quoted('C:\\runs', 'win32')).toBe('C:\\runs');
    expect(quoted('C:\\my runs', 'win32')).toBe('"C:\\my runs"');
  });

  it('names the runs folder where a command without it would take another', () => {
    vi.stubEnv('GROKSCOPE_RUNS', '');
    expect(runsOption(resolve('runs'))).toEqual([]);
    expect(runsOption(resolve('other'))).toEqual(['--runs', 'other']);
    expect(runsOption(resolve('/elsewhere'))).toEqual(['--runs', resolve('/elsewhere')]);
    vi.stubEnv('GROKSCOPE_RUNS', join('/', 'elsewhere'));
    expect(runsOption(resolve('/elsewhere'))).toEqual([]);
    expect(runsOption(resolve('runs'))).toEqual(['--runs', 'runs']);
  });
});
