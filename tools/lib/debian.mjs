import { existsSync } from 'node:fs';
import process from 'node:process';
import { run } from './process.mjs';

/** Whether packages can be installed here without asking: apt exists and the user is root. */
export function mayInstallPackages() {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/**
 * The packages of a list that are not installed.
 * @param {readonly string[]} names
 * @returns {Promise<string[]>}
 */
export async function missingPackages(names) {
  const { text } = await run('dpkg-query', ['-W', '-f=${Package} ${db:Status-Status}\\n', ...names], {
    output: 'capture',
  });
  const installed = new Set(
    text
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return names.filter((name) => !installed.has(name));
}

/**
 * Installs Debian packages quietly, and refreshes apt's lists only if necessary.
 * @param {readonly string[]} names
 * @returns {Promise<string | undefined>} apt's output if it failed
 */
export async function installPackages(names) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = () =>
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { env, output: 'capture' });
  if ((await install()).code === 0) return undefined;
  await run('apt-get', ['update', '-qq'], { env, output: 'capture' });
  const second = await install();
  return second.code === 0 ? undefined : second.text.trim().split('\n').slice(-3).join('\n');
}
