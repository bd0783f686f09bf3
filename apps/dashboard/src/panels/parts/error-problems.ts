import type { ApiError, ApiProblem } from '../../connection/api.js';

/** What went wrong, for a person; `undone` says what did not happen as a result. */
export const problemsIn = (error: ApiError, undone: string): readonly ApiProblem[] => {
  switch (error._tag) {
    case 'Unreachable':
    case 'NoServer':
      return [{ message: `The server does not respond. ${undone}` }];
    case 'TokenNeeded':
      return [{ message: 'The server requires a token. Reload the page to enter it.' }];
    case 'Refused':
      return error.problems.length > 0
        ? error.problems
        : [{ message: `The server refused it with status ${error.status} and gave no reason.` }];
    case 'Conflict':
      return [{ message: `Someone else has changed it in the meantime. ${undone}` }];
    default:
      return error satisfies never;
  }
};
