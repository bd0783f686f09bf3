import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { installPackages, mayInstallPackages } from './debian.mjs';
import { run, runNode } from './process.mjs';
import { commandScript } from './workspace.mjs';

/** @typedef {Readonly<Record<string, string | undefined>>} Environment */

/** The variables that name a browser; the first one set wins. */
const variables = ['GROKSCOPE_CHROMIUM', 'CHROMIUM_PATH'];

/**
 * The usual places of Chromium or Chrome on a platform, best first.
 * @param {NodeJS.Platform} platform
 * @param {Environment} env
 * @returns {string[]} absolute paths, which may not exist
 */
export function usualPlaces(platform, env) {
  if (platform === 'darwin') {
    const applications = [
      '/Applications',
      ...(env['HOME'] ? [path.posix.join(env['HOME'], 'Applications')] : []),
    ];
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].flatMap((name) =>
      applications.map((folder) => `${folder}/${name}.app/Contents/MacOS/${name}`),
    );
  }
  if (platform === 'win32') {
    const folders = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter(
      (f) => f !== undefined,
    );
    return [
      ['Google', 'Chrome', 'Application', 'chrome.exe'],
      ['Chromium', 'Application', 'chrome.exe'],
      ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
    ].flatMap((parts) => folders.map((folder) => path.win32.join(folder, ...parts)));
  }
  const folders = (env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin')
    .split(':')
    .filter((folder) => folder !== '');
  return ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'].flatMap(
    (name) =>
      [...new Set([...folders, '/usr/bin', '/opt/google/chrome'])].map((folder) =>
        path.posix.join(folder, name),
      ),
  );
}

/**
 * Finds a Chromium for the end-to-end tests, or installs one.
 *
 * In this order: the one named by GROKSCOPE_CHROMIUM or CHROMIUM_PATH; Playwright's own, if it is there; the system's;
 * Playwright's own, downloaded; Debian's, by apt, if run as root.
 * @param {(line: string) => void} say progress
 * @returns {Promise<string>} absolute path of an executable that starts
 * @throws Error saying what was tried and what to do
 */
export async function findOrInstallChromium(say) {
  for (const name of variables) {
    const named = process.env[name];
    if (!named) continue;
    if (await starts(named)) return named;
    throw new Error(`${name} is "${named}", which is not a browser that starts; correct it or unset it.`);
  }
  const places = [playwrightsOwn(), ...usualPlaces(process.platform, process.env)];
  const found = await firstThatStarts(places);
  if (found !== undefined) return found;

  say('No browser found; asking Playwright for one …');
  const download = await runNode(commandScript('@playwright/test', 'playwright'), ['install', 'chromium'], {
    output: 'capture',
    timeoutMs: 300_000,
  });
  if (download.code === 0 && (await starts(playwrightsOwn()))) return playwrightsOwn();
  const tried = [
    `"playwright install chromium": ${reasonIn(download.text) || 'what it installed does not start'}`,
  ];

  if (mayInstallPackages()) {
    say('Playwright has none to give; installing the package chromium …');
    const problem = await installPackages(['chromium']);
    const installed = await firstThatStarts(usualPlaces(process.platform, process.env));
    if (installed !== undefined) return installed;
    tried.push(`"apt-get install chromium": ${problem ?? 'what it installed does not start'}`);
  }
  throw new Error(
    [
      'No browser found for the end-to-end tests, and none could be installed.',
      ...tried.map((line) => `  ${line}`),
      'Install Chromium or Chrome, or set CHROMIUM_PATH to its executable.',
    ].join('\n'),
  );
}

/** @returns {string} where Playwright keeps its own Chromium, present or not */
function playwrightsOwn() {
  const require = createRequire(import.meta.url);
  return require('@playwright/test').chromium.executablePath();
}

/** @param {readonly string[]} places */
async function firstThatStarts(places) {
  for (const place of places) if (await starts(place)) return place;
  return undefined;
}

/**
 * Whether an executable exists and starts: some systems have a script of that name that only explains how to install
 * the real program, and a downloaded browser may lack system libraries.
 * @param {string} file
 */
async function starts(file) {
  if (!existsSync(file)) return false;
  // On Windows, `--version` opens a window instead of printing.
  if (process.platform === 'win32') return true;
  const { code, text } = await run(file, ['--version'], { output: 'capture', timeoutMs: 20_000 });
  return code === 0 && /\d+\.\d+\.\d+/.test(text);
}

/**
 * The line of a program's output that reports the error.
 * @param {string} text
 */
function reasonIn(text) {
  const lines = text.trim().split('\n');
  return lines.find((line) => /error/i.test(line))?.trim() ?? lines.at(-1) ?? '';
}
