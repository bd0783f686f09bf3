import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { announce, buildId, folderSecret, isSameBuild, missing } from './identity.js';

const secret = randomBytes(32);
const settings = {
  host: '127.0.0.1',
  token: 'sesame',
  allowHosts: ['lab.example'],
  use: ['/lab/parts.mjs'],
  build: 'b1',
};
const nothing = { host: undefined, token: undefined, allowHosts: [], use: [] };

describe('an announcement', () => {
  const told = announce(settings, secret);

  it('tells who has the secret what is kept', () => {
    expect(missing(nothing, told, secret)).toEqual([]);
    const same = { host: 'localhost', token: 'sesame', allowHosts: ['LAB.example'], use: ['/lab/parts.mjs'] };
    expect(missing(same, told, secret)).toEqual([]);
    const others = {
      host: '0.0.0.0',
      token: 'sesam',
      allowHosts: ['lab.example', 'b'],
      use: ['/lab/others.mjs'],
    };
    expect(missing(others, told, secret)).toEqual([
      '--host 0.0.0.0',
      'this --token',
      '--allow-host b',
      '--use /lab/others.mjs',
    ]);
    expect(isSameBuild('b1', told, secret)).toBe(true);
    expect(isSameBuild('b2', told, secret)).toBe(false);
  });

  it('tells nobody else anything, nor a name by the digest of another', () => {
    const all = [told.host, told.token, ...told.allowHosts, ...told.use, told.build];
    for (const each of all) expect(each).toMatch(/^[0-9a-f]{64}$/);
    expect(announce(settings, randomBytes(32)).token).not.toBe(told.token);
    expect(new Set(all).size).toBe(all.length);
    const swapped = { ...told, token: told.host };
    expect(missing({ ...nothing, token: 'loopback' }, swapped, secret)).toEqual(['this --token']);
  });

  it.each([[undefined], [null], ['x'], [{}], [{ token: 3, allowHosts: 'lab.example' }]])(
    'that is %j keeps nothing',
    (none) => {
      const asked = { host: '127.0.0.1', token: 't', allowHosts: ['a'], use: [] };
      expect(missing(asked, none, secret)).toHaveLength(3);
      expect(missing(asked, told, undefined)).toHaveLength(3);
      expect(isSameBuild('b1', none, secret)).toBe(false);
    },
  );
});

describe('the secret of a runs folder', () => {
  let runsDir: string;
  beforeEach(async () => {
    runsDir = await mkdtemp(join(tmpdir(), 'grokscope-secret-'));
  });
  afterEach(() => rm(runsDir, { recursive: true, force: true }));

  it('is made once, whoever asks first, for its owner alone', async () => {
    const secrets = await Promise.all(Array.from({ length: 8 }, () => folderSecret(runsDir)));
    expect(new Set(secrets.map((each) => each?.toString('hex'))).size).toBe(1);
    expect(secrets[0]).toHaveLength(32);
    const { mode } = await stat(join(runsDir, '.index', 'server-secret'));
    if (process.platform !== 'win32') expect(mode & 0o777).toBe(0o600);
  });

  it('is none where there can be none', async () => {
    const file = join(runsDir, 'file');
    await writeFile(file, '');
    expect(await folderSecret(file)).toBeUndefined();
  });
});

it('a build has one name however often it is asked', async () => {
  expect(await buildId()).toMatch(/^[0-9a-f]{64}$/);
  expect(await buildId()).toBe(await buildId());
});
