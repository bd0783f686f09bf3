import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { installPackages, mayInstallPackages, missingPackages } from './debian.mjs';

/** The packages that headless GL in Node needs on Debian: a virtual display and Mesa's software renderer. */
const debianPackages = ['xvfb', 'xauth', 'libgl1', 'libgl1-mesa-dri', 'libxext6', 'libdrm2'];

const startTimeoutMs = 10_000;

/**
 * Starts a virtual X display for headless GL in Node (for engine-gpu's conformance tests, which skip with a message
 * without one). Does nothing, and gives the reason, if there is a display already or Xvfb is not available.
 *
 * The server is started directly, not by `xvfb-run`: that shell script survives signals sent to this process.
 * @param {(line: string) => void} say
 * @returns {Promise<{ env: Record<string, string>, close: () => void }>} what to add to a child's environment
 */
export async function openDisplay(say) {
  const none = { env: {}, close: () => undefined };
  if (process.platform !== 'linux' || process.env['DISPLAY']) return none;
  if (mayInstallPackages()) {
    const missing = await missingPackages(debianPackages);
    if (missing.length > 0) {
      say(`Installing ${missing.join(', ')} for headless GL …`);
      const problem = await installPackages(missing);
      if (problem !== undefined) say(`They could not be installed: ${problem}`);
    }
  }
  if (!['/usr/bin/Xvfb', '/usr/local/bin/Xvfb'].some((file) => existsSync(file))) {
    say('No display and no Xvfb: tests of headless GL will be skipped.');
    return none;
  }
  return (await startXvfb()) ?? none;
}

/** @returns {Promise<{ env: Record<string, string>, close: () => void } | undefined>} */
function startXvfb() {
  return new Promise((resolve) => {
    // `-displayfd 3`: it picks a free display and writes its number there when it is ready.
    const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const close = () => {
      server.kill();
      process.off('exit', close);
    };
    process.on('exit', close);
    const timer = setTimeout(() => give(undefined), startTimeoutMs);
    /** @param {string | undefined} display */
    const give = (display) => {
      clearTimeout(timer);
      if (display === undefined) close();
      else server.unref();
      resolve(display === undefined ? undefined : { env: { DISPLAY: `:${display}` }, close });
    };
    server.on('error', () => give(undefined));
    server.on('exit', () => give(undefined));
    server.stdio[3]?.once('data', (number) => give(String(number).trim()));
  });
}
