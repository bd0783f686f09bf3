import type { Tagged } from '@grokscope/base';
import type { ErrorBody, Fault, FormattableError, NotesConflict } from '@grokscope/schema';
import { formatSpecErrors } from '@grokscope/schema';
import type { StoreError } from '@grokscope/store';
import { describeStoreError } from '@grokscope/store';

/** Why a request was refused. */
export type ServerError =
  | (Tagged<'Refused'> & { readonly status: number; readonly code: string; readonly message: string })
  | (Tagged<'BadInput'> & { readonly code: string; readonly errors: readonly FormattableError[] })
  | (Tagged<'Store'> & { readonly error: StoreError });

/** Carries an expected error through a stream. */
export class SessionFailure extends Error {
  constructor(readonly error: ServerError) {
    super(error._tag);
  }
}

/** A `Refused` error. */
export function refused(status: number, code: string, message: string): ServerError {
  return { _tag: 'Refused', status, code, message };
}

/** A `Store` error. */
export const storeFailure = (error: StoreError): ServerError => ({ _tag: 'Store', error });

/** A `BadInput` error of a list of faults. */
export const badInput =
  (code: string) =>
  (errors: readonly FormattableError[]): ServerError => ({ _tag: 'BadInput', code, errors });

/** HTTP status and body of an error. */
export function httpError(error: ServerError): {
  readonly status: number;
  readonly body: ErrorBody | NotesConflict;
} {
  switch (error._tag) {
    case 'Refused':
      return { status: error.status, body: { error: { code: error.code, message: error.message } } };
    case 'BadInput':
      return { status: 422, body: badInputBody(error.code, error.errors) };
    case 'Store':
      return { status: storeStatus(error.error), body: storeBody(error.error) };
    default:
      return error satisfies never;
  }
}

function badInputBody(code: string, errors: readonly FormattableError[]): ErrorBody {
  const faults = errors.map((error): Fault => {
    const where = error.path === '' ? {} : { path: error.path };
    return { code, message: formatSpecErrors([error]), ...where, allowed: error.allowed };
  });
  const [first] = faults;
  return { error: { ...(first ?? { code, message: 'the input is not valid' }), errors: faults } };
}

function storeBody(error: StoreError): ErrorBody | NotesConflict {
  const body = { error: { code: storeCode(error), message: describeStoreError(error) } };
  return error._tag === 'NotesConflict' ? { ...body, notes: error.notes } : body;
}

function storeStatus(error: StoreError): number {
  switch (error._tag) {
    case 'InvalidRunId':
    case 'RunNotFound':
    case 'CheckpointNotFound':
      return 404;
    case 'RunExists':
    case 'RunHeld':
    case 'RunNotLive':
    case 'NotResumable':
    case 'NotesConflict':
      return 409;
    case 'BadNotes':
      return 422;
    case 'DiskTooSmall':
      return 507;
    case 'MalformedRun':
    case 'MalformedCheckpoint':
    case 'DiskFailure':
      return 500;
    default:
      return error satisfies never;
  }
}

function storeCode(error: StoreError): string {
  if (error._tag === 'NotesConflict') return 'conflict';
  return error._tag.charAt(0).toLowerCase() + error._tag.slice(1);
}
