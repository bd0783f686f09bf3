import * as E from 'fp-ts/lib/Either.js';
import type { SpecError } from '@grokscope/schema';
import { decodeRunQuery } from 'grokscope';
import type { RunQuery } from 'grokscope';
import type { Query } from './query.js';
import { faultsOf, manyTexts, oneText, wholeNumber } from './query.js';

/** The most runs that a list can be cut to. */
const MOST_RUNS = 999_999_999;

/** The filters of the list of runs, those of `grokscope runs`; Left lists every fault. */
export function readListQuery(query: Query): E.Either<readonly SpecError[], RunQuery> {
  const name = oneText(query, 'name');
  const task = oneText(query, 'task');
  const limit = wholeNumber(query, 'limit', [1, MOST_RUNS], undefined);
  const states = manyTexts(query, 'state').flatMap((text) => text.split(',').map((state) => state.trim()));
  const decoded = decodeRunQuery({
    state: query['state'] === undefined ? undefined : states,
    name: E.isRight(name) ? name.right : undefined,
    task: E.isRight(task) ? task.right : undefined,
    tag: manyTexts(query, 'tag'),
    where: manyTexts(query, 'where'),
    limit: E.isRight(limit) ? limit.right : undefined,
  });
  const faults = [...faultsOf([name, task, limit]), ...(E.isLeft(decoded) ? decoded.left : [])];
  return faults.length > 0 ? E.left(faults) : decoded;
}
