import * as E from 'fp-ts/lib/Either.js';
import { LineCounter, parseDocument } from 'yaml';
import type { CliError } from './errors.js';
import { usage } from './errors.js';
import { nameOf } from './kind-of-file.js';
import { readInput } from './read-input.js';

const SPEC_FILE = { name: 'a spec file', maxBytes: 1 << 20 };

/**
 * Reads a YAML or JSON file to a value (JSON is YAML; `-` is standard input). Left: the fault, with its line and
 * column.
 */
export async function readSpecFile(file: string): Promise<E.Either<CliError, unknown>> {
  const path = nameOf(file);
  const bytes = await readInput(file, SPEC_FILE);
  if (E.isLeft(bytes)) return E.left(usage(`${path} ${bytes.left}`));
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.right);
  } catch {
    return E.left(usage(`${path} is not text in UTF-8, so it is neither YAML nor JSON`));
  }
  return parseSpec(path, text);
}

function parseSpec(path: string, text: string): E.Either<CliError, unknown> {
  const lines = new LineCounter();
  // Merge keys belong to YAML 1.1, and people write them: `<<: *base`.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) {
    const listed = problems.map(({ pos, message }) => {
      const { line, col } = lines.linePos(pos[0]);
      // The parser calls itself for every level, and reports its own exhaustion among the text's errors.
      const what = /call stack/.test(message) ? 'nested too deeply to be a spec' : message;
      return `${path}:${line}:${col}: ${what}`;
    });
    return E.left(usage(`${path} is not valid YAML\n${listed.map((line) => `  ${line}`).join('\n')}`));
  }
  let value: unknown;
  try {
    value = document.toJS();
  } catch (thrown) {
    // Aliases that are not defined, or so many that the text would explode.
    return E.left(usage(`${path}: ${thrown instanceof Error ? thrown.message : String(thrown)}`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const what = value === null ? 'is empty' : Array.isArray(value) ? 'holds a list' : 'holds a bare value';
    return E.left(usage(`${path} ${what}, not a spec: keys with values, at least \`task:\` or \`base:\``));
  }
  return E.right(value);
}
