import { describe, expect, it } from 'vitest';
import { installationProblem, nodeVersionProblem } from './install.mjs';

describe('the version of Node', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('%s will do', (version) => {
    expect(nodeVersionProblem(version)).toBeUndefined();
  });

  it.each(['18.20.4', '20.18.3', '20.9.0'])('%s is refused, naming it and what is needed', (version) => {
    expect(nodeVersionProblem(version)).toContain(`needs Node 20.19 or newer; this is ${version}`);
  });
});

describe('what is installed against the lock file', () => {
  const wanted = {
    packages: {
      '': { name: 'workspace' },
      'libs/a': { version: '0.1.0' },
      'node_modules/a': { link: true },
      'node_modules/b': { version: '2.0.0' },
      'node_modules/other-platform': { version: '1.0.0', optional: true },
    },
  };
  const installed = (b: object | undefined) => ({
    packages: { 'libs/a': { version: '0.1.0' }, 'node_modules/a': { link: true }, 'node_modules/b': b },
  });

  it('agrees although an optional package for another platform is absent', () => {
    expect(installationProblem(wanted, installed({ version: '2.0.0' }))).toBeUndefined();
  });

  it('says that nothing is installed on a fresh clone', () => {
    expect(installationProblem(wanted, undefined)).toBe('nothing is installed');
  });

  it('names a package that is missing', () => {
    expect(installationProblem(wanted, installed(undefined))).toBe('node_modules/b is missing');
  });

  it('names a package of another version, with both', () => {
    expect(installationProblem(wanted, installed({ version: '1.9.0' }))).toBe(
      'node_modules/b is 1.9.0, not 2.0.0',
    );
  });
});
