import type { Tagged } from '@grokscope/base';

/** Bytes that are not a valid safetensors file: what is wrong and where. */
export interface MalformedSafetensors extends Tagged<'MalformedSafetensors'> {
  /** `file`, `header`, `__metadata__`, or `tensor "name"`. */
  readonly where: string;
  /** A sentence that says what was found and what was expected. */
  readonly message: string;
}

/** Why bytes could not be read as values. */
export type FormatError = MalformedSafetensors;

/** Builds a `MalformedSafetensors`. */
export function malformed(where: string, message: string): MalformedSafetensors {
  return { _tag: 'MalformedSafetensors', where, message };
}

/** One line for people: `tensor "embed.W_E": …`. */
export function formatFormatError({ where, message }: FormatError): string {
  return `${where}: ${message}`;
}
