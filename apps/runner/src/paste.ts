import { relative, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { printable } from '@grokscope/base';
import { runsDirOf } from './runs-dir.js';

/** A command line that does, pasted into the shell this one was given in, what it says: every argument quoted where it has to be. */
export function commandLine(...args: readonly string[]): string {
  return ['npx grokscope', ...args.map((arg) => quoted(arg))].join(' ');
}

/** The option that names a runs folder; none where a command without it takes this one anyway. */
export function runsOption(runsDir: string): readonly string[] {
  const usual = runsDirOf(undefined);
  return E.isRight(usual) && usual.right === resolve(runsDir) ? [] : ['--runs', fromHere(runsDir)];
}

/** A path as short as it can be said in the current folder. */
export function fromHere(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' ? '.' : short.startsWith('..') ? path : short;
}

/** An argument as the shells of this platform read it. */
export function quoted(arg: string, platform = process.platform): string {
  if (/^[\w./\\:@%+=,-]+$/.test(arg) && !(platform !== 'win32' && arg.includes('\\'))) return arg;
  // What is shown must be what is pasted: no quotes make a control character of a name harmless.
  const text = printable(arg);
  return platform === 'win32' ? `"${text.replaceAll('"', '""')}"` : `'${text.replaceAll("'", `'\\''`)}'`;
}
