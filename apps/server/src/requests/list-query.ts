import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { decodeRunQuery } from 'grokscope';
import type { FullCatalogue, RunQuery } from 'grokscope';
import type { FromQuery, Query } from './query.js';
import { manyTexts, oneText, together, wholeNumber } from './query.js';

/** The largest limit of a list of runs. */
const MOST_RUNS = 999_999_999;

/** The filters of the list of runs, those of `grokscope runs`; Left lists every fault. */
export function readListQuery(query: Query, catalogue?: FullCatalogue): FromQuery<RunQuery> {
  const name = oneText(query, 'name');
  const task = oneText(query, 'task');
  const limit = wholeNumber(query, 'limit', [1, MOST_RUNS], undefined);
  const states = manyTexts(query, 'state').flatMap((text) => text.split(',').map((state) => state.trim()));
  const ifRight = E.getOrElseW(() => undefined);
  const asked = {
    state: query['state'] === undefined ? undefined : states,
    name: ifRight(name),
    task: ifRight(task),
    tag: manyTexts(query, 'tag'),
    where: manyTexts(query, 'where'),
    limit: ifRight(limit),
  };
  const decoded = decodeRunQuery(asked, '', catalogue);
  return pipe(
    together({ name, task, limit, decoded }),
    E.map((read) => read.decoded),
  );
}
