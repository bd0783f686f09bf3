import { describe, expect, it } from 'vitest';
import { bearerToken, isAllowedHost, isLoopback, isOwnOrigin, isToken } from './access.js';

const rules = { allowHosts: ['lab.example', 'Mixed.Example:8080'], token: undefined };

describe('the Host header', () => {
  it.each([
    'localhost',
    'localhost:4600',
    '127.0.0.1:1',
    '[::1]:4600',
    'LOCALHOST:9',
    'lab.example:4600',
    'mixed.example',
  ])('%s is admitted', (host) => expect(isAllowedHost(host, rules)).toBe(true));

  it.each([
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    'evil.example:4600',
    '127.0.0.1.evil.example',
    'localhost@evil.example',
    'localhost:4600:1',
    '192.168.0.7:4600',
    '0.0.0.0:4600',
    '::1',
    'localhost/',
  ])('%s is refused', (host) => expect(isAllowedHost(host, rules)).toBe(false));
});

describe('the Origin header', () => {
  it.each([
    [undefined, 'localhost:4600'],
    ['http://localhost:4600', 'localhost:4600'],
    ['http://127.0.0.1', '127.0.0.1'],
    ['https://lab.example', 'lab.example'],
    ['http://[::1]:4600', '[::1]:4600'],
    ['http://localhost:4600', 'LOCALHOST:4600'],
  ])('%s at %s is our own page', (origin, host) => expect(isOwnOrigin(origin, host)).toBe(true));

  it.each([
    ['http://evil.example', 'localhost:4600'],
    ['http://localhost:4601', 'localhost:4600'],
    ['http://127.0.0.1:4600', 'localhost:4600'],
    ['null', 'localhost:4600'],
    ['file://', 'localhost:4600'],
    ['garbage', 'localhost:4600'],
    ['http://localhost:4600', undefined],
  ])('%s at %s is not', (origin, host) => expect(isOwnOrigin(origin, host)).toBe(false));
});

describe('the token', () => {
  const guarded = { allowHosts: [], token: 'open-sesame' };

  it('is asked for only where there is one', () => {
    expect(isToken(undefined, rules)).toBe(true);
    expect(isToken(undefined, guarded)).toBe(false);
    expect(isToken('', guarded)).toBe(false);
    expect(isToken('open-sesame!', guarded)).toBe(false);
    expect(isToken('open-sesame', guarded)).toBe(true);
  });

  it('is read from an Authorization header', () => {
    expect(bearerToken('Bearer abc')).toBe('abc');
    expect(bearerToken('bearer  abc')).toBe('abc');
    for (const header of [undefined, '', 'abc', 'Basic abc', 'Bearer', 'Bearer a b']) {
      expect(bearerToken(header)).toBeUndefined();
    }
  });
});

it('knows which addresses reach this machine only', () => {
  for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '::1']) expect(isLoopback(host)).toBe(true);
  for (const host of ['0.0.0.0', '::', '192.168.0.7', '127.evil.example', 'lab']) {
    expect(isLoopback(host)).toBe(false);
  }
});
