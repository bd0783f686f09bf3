import { CommanderError } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { offerModules } from 'grokscope';
import { EXIT, describeCliError, exitCodeOf } from './errors.js';
import { processOutput } from './output.js';
import { createProgram } from './program.js';

// The modules that files of parts import.
offerModules(async () => ({ grokscope: await import('grokscope'), rxjs: await import('rxjs') }));

const output = processOutput((why) => {
  const goesOn = process.argv[2] === 'run' ? '; the run goes on (Ctrl-C interrupts it)' : '';
  if (why !== undefined) output.err(`error: standard output could not be written: ${why}${goesOn}\n`);
  else if (goesOn !== '') output.err(`Standard output was closed${goesOn}.\n`);
});
// The requested output was not written, even if the command itself succeeded.
process.on('exit', (code) => {
  if (code === EXIT.done && output.hasFailed()) process.exitCode = EXIT.failed;
});

const program = createProgram(output, (outcome) => {
  if (E.isLeft(outcome)) output.err(`${describeCliError(outcome.left)}\n`);
  process.exitCode = E.isLeft(outcome) ? exitCodeOf(outcome.left) : outcome.right;
});

try {
  await program.parseAsync();
} catch (thrown) {
  if (thrown instanceof CommanderError) {
    // Help and version also arrive here, with code 0; everything else is bad usage.
    process.exitCode = thrown.exitCode === 0 ? EXIT.done : EXIT.usage;
  } else {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    output.err(`error: ${message} (this is a defect of grokscope)\n`);
    if (process.env['GROKSCOPE_DEBUG'] !== undefined && thrown instanceof Error)
      output.err(`${thrown.stack ?? ''}\n`);
    process.exitCode = EXIT.failed;
  }
}
