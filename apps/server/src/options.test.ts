import { resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { readOptions } from './options.js';

describe('the options', () => {
  it('have defaults that let nobody else in', () => {
    expect(readOptions([], {})).toEqual(
      E.right({
        runsDir: resolve('runs'),
        host: '127.0.0.1',
        port: 4600,
        token: undefined,
        allowHosts: [],
        use: [],
        startPreset: undefined,
        dataFolder: undefined,
        logLevel: 'warn',
        isPortAsked: false,
        asked: { host: undefined, token: undefined, allowHosts: [], use: [] },
      }),
    );
  });

  it('come from the environment, and from arguments before that', () => {
    const env = {
      PORT: '1',
      HOST: '::1',
      GROKSCOPE_TOKEN: 't',
      GROKSCOPE_RUNS: 'there',
      GROKSCOPE_LOG: 'info',
    };
    expect(readOptions([], env)).toMatchObject({
      right: {
        port: 1,
        host: '::1',
        token: 't',
        runsDir: resolve('there'),
        logLevel: 'info',
        isPortAsked: false,
        asked: { host: '::1', token: 't', allowHosts: [] },
      },
    });
    const args = '--port 2 --host localhost --token u --runs here --allow-host a --allow-host b'.split(' ');
    expect(readOptions(args, env)).toMatchObject({
      right: { port: 2, host: 'localhost', token: 'u', runsDir: resolve('here'), allowHosts: ['a', 'b'] },
    });
    expect(readOptions(args, env)).toMatchObject({
      right: { isPortAsked: true, asked: { host: 'localhost', token: 'u', allowHosts: ['a', 'b'] } },
    });
    expect(readOptions([], { PORT: '', GROKSCOPE_RUNS: '' })).toMatchObject({
      right: { port: 4600, runsDir: resolve('runs') },
    });
  });

  it.each([
    [['--port', '65536'], '65536'],
    [['--port', 'x'], 'integer'],
    [['--data', 'no-such-folder'], '--data must be a folder'],
    [['--data', 'package.json'], '--data must be a folder'],
    [['--host', '0.0.0.0'], 'token'],
    [['--host', 'lab', '--token', ''], 'token'],
    [['--token', 'a b'], 'token'],
    [['--token', ''], 'token'],
    [['--runs', process.execPath], 'folder'],
    [['--runs', ''], '--runs'],
    // If accepted silently, these would listen everywhere, or admit nobody.
    [['--host', '', '--token', 't'], 'host'],
    [['--host', 'http://lab', '--token', 't'], 'host'],
    [['--allow-host', 'http://lab'], '--allow-host'],
    [['--allow-host', 'lab:8080'], 'without scheme, port'],
    [['--allow-host', ''], '--allow-host'],
    [['--allow-host', '*.lab.example'], 'wildcard'],
    [['--allow-host', 'a,b'], '--allow-host'],
    [['--allow-host', 'fe80::1'], 'brackets'],
    [['--nonsense'], 'nonsense'],
    [['stray'], 'stray'],
  ])('%j are refused', (args, says) => {
    const refused = readOptions(args, {});
    expect(E.isLeft(refused) && refused.left).toContain(says);
  });
});
