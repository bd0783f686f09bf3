import type { Tagged } from '@grokscope/base';
import type { FormattableError } from '@grokscope/schema';
import { countFaults, formatSpecErrors } from '@grokscope/schema';
import type { StoreError } from '@grokscope/store';
import { describeStoreError } from '@grokscope/store';

/** Why a command did nothing, or did not finish. */
export type CliError =
  | (Tagged<'Usage'> & { readonly message: string })
  | (Tagged<'BadSpec'> & { readonly source: string; readonly errors: readonly FormattableError[] })
  | (Tagged<'BadWeights'> & { readonly path: string; readonly messages: readonly string[] })
  | (Tagged<'Failed'> & { readonly message: string })
  | (Tagged<'Store'> & { readonly error: StoreError });

/** The command's exit codes. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Exit code for an error: 2 if the user's input was at fault and nothing was started, else 1. */
export function exitCodeOf(error: CliError): number {
  if (error._tag === 'Failed') return EXIT.failed;
  if (error._tag !== 'Store') return EXIT.usage;
  switch (error.error._tag) {
    case 'InvalidRunId':
    case 'RunNotFound':
    case 'CheckpointNotFound':
    case 'RunNotLive':
    case 'NotResumable':
    case 'BadNotes':
    case 'NotesConflict':
      return EXIT.usage;
    default:
      return EXIT.failed;
  }
}

/** The text of the error without a trailing newline; each fault of a spec is on a line of its own. */
export function describeCliError(error: CliError): string {
  switch (error._tag) {
    case 'Usage':
    case 'Failed':
      return `error: ${error.message}`;
    case 'BadSpec': {
      const count = countFaults(error.errors);
      const lines = formatSpecErrors(error.errors).replace(/^/gm, '  ');
      return `error: ${error.source} is refused (${count} ${count === 1 ? 'fault' : 'faults'}; nothing was started)\n${lines}`;
    }
    case 'BadWeights': {
      const lines = error.messages.map((message) => `  ${message}`).join('\n');
      return `error: ${error.path} does not hold weights for this model (nothing was started)\n${lines}`;
    }
    case 'Store':
      return `error: ${describeStoreError(error.error)}`;
    default:
      return error satisfies never;
  }
}

/** A `Usage` error. */
export function usage(message: string): CliError {
  return { _tag: 'Usage', message };
}
