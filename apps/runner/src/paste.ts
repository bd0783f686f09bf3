import { relative, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { printable } from '@grokscope/base';
import { runsDirOf } from './runs-dir.js';

/** A command line that can be pasted into the current shell as it is: every argument is quoted if necessary. */
export function commandLine(...args: readonly string[]): string {
  return ['npx grokscope', ...args.map((arg) => quoted(arg))].join(' ');
}

/** The option that names a runs folder; none if a command without it uses this folder anyway. */
export function runsOption(runsDir: string): readonly string[] {
  const usual = runsDirOf(undefined);
  return E.isRight(usual) && usual.right === resolve(runsDir) ? [] : ['--runs', fromHere(runsDir)];
}

/** The shortest form of a path in the current folder. */
export function fromHere(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' ? '.' : short.startsWith('..') ? path : short;
}

/** An argument, quoted for the shells of this platform. */
export function quoted(arg: string, platform = process.platform): string {
  if (/^[\w./\\:@%+=,-]+$/.test(arg) && !(platform !== 'win32' && arg.includes('\\'))) return arg;
  // The text shown must be the text pasted: no quotes make a control character in a name harmless.
  const text = printable(arg);
  return platform === 'win32' ? `"${text.replaceAll('"', '""')}"` : `'${text.replaceAll("'", `'\\''`)}'`;
}
