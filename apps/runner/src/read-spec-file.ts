import { readFile, stat } from 'node:fs/promises';
import * as E from 'fp-ts/lib/Either.js';
import { LineCounter, parseDocument } from 'yaml';
import { errorCode } from '@grokscope/store';
import type { CliError } from './errors.js';
import { usage } from './errors.js';

const MAX_SPEC_BYTES = 1 << 20;

/** Reads a YAML or JSON file (JSON is YAML) to a value; where it is not one, says the line and column. */
export async function readSpecFile(path: string): Promise<E.Either<CliError, unknown>> {
  let text: string;
  try {
    const found = await stat(path);
    if (found.isDirectory()) return E.left(usage(`${path} is a folder, not a spec file`));
    if (found.size > MAX_SPEC_BYTES) {
      return E.left(usage(`${path} has ${found.size} bytes; a spec file has at most ${MAX_SPEC_BYTES}`));
    }
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (thrown) {
    return E.left(usage(`${path} ${describeReadFailure(thrown)}`));
  }
  return parseSpec(path, text);
}

function describeReadFailure(thrown: unknown): string {
  if (thrown instanceof TypeError) return 'is not text in UTF-8, so it is neither YAML nor JSON';
  switch (errorCode(thrown)) {
    case 'ENOENT':
      return 'does not exist';
    case 'EACCES':
    case 'EPERM':
      return 'cannot be read: permission denied';
    default:
      return `cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  }
}

function parseSpec(path: string, text: string): E.Either<CliError, unknown> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) {
    const listed = problems.map(({ pos, message }) => {
      const { line, col } = lines.linePos(pos[0]);
      return `${path}:${line}:${col}: ${message}`;
    });
    return E.left(usage(`${path} is not valid YAML\n${listed.map((line) => `  ${line}`).join('\n')}`));
  }
  let value: unknown;
  try {
    value = document.toJS();
  } catch (thrown) {
    // Aliases to nothing, or so many that the text would explode.
    return E.left(usage(`${path}: ${thrown instanceof Error ? thrown.message : String(thrown)}`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const what = value === null ? 'is empty' : Array.isArray(value) ? 'holds a list' : 'holds a bare value';
    return E.left(usage(`${path} ${what}, not a spec: keys with values, at least \`task:\` or \`base:\``));
  }
  return E.right(value);
}
