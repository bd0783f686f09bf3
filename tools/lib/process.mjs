import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] the child's working folder
 * @property {NodeJS.ProcessEnv} [env] variables added to this process's own
 * @property {'inherit' | 'stderr' | 'capture' | 'ignore'} [output] where the child's output goes: to this process's
 * streams,
 *   all to standard error, both streams captured together, or nowhere; default `inherit`
 * @property {number} [timeoutMs] after which the child is ended; none unless given
 */

/**
 * @typedef {object} RunResult
 * @property {number} code exit code; 128 + signal number when a signal ended it; 127 when it did not start
 * @property {string} text captured output, empty unless `output` is `capture`
 */

/** @type {readonly NodeJS.Signals[]} */
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs one program to its end, without a shell; never rejects.
 *
 * A signal sent to this process is passed on, and once the child is gone this process ends as the signal demands:
 * nothing is left behind.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function run(program, args, options = {}) {
  const output = options.output ?? 'inherit';
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: stdioFor(output),
      timeout: options.timeoutMs,
      windowsHide: true,
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += String(chunk)));

    /** @type {NodeJS.Signals | undefined} */
    let received;
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => {
      received = signal;
      // A terminal has already sent Ctrl-C to the whole foreground group; once is enough.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of forwarded) process.on(signal, pass);

    /** @param {RunResult} result */
    const settle = (result) => {
      for (const signal of forwarded) process.off(signal, pass);
      if (received !== undefined) process.exit(128 + constants.signals[received]);
      resolve(result);
    };
    child.on('error', (error) => settle({ code: 127, text: `${program}: ${error.message}` }));
    child.on('close', (code, signal) => {
      settle({ code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), text });
    });
  });
}

/**
 * Runs a Node script with this same Node.
 * @param {string} script absolute path
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 */
export function runNode(script, args, options) {
  return run(process.execPath, [script, ...args], options);
}

/**
 * @param {NonNullable<RunOptions['output']>} output
 * @returns {import('node:child_process').StdioOptions}
 */
function stdioFor(output) {
  switch (output) {
    case 'inherit':
      return ['ignore', 'inherit', 'inherit'];
    case 'stderr':
      return ['ignore', 2, 2];
    case 'capture':
      return ['ignore', 'pipe', 'pipe'];
    case 'ignore':
      return 'ignore';
    default:
      throw new Error(`unknown output: ${output}`);
  }
}
