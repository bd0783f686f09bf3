import * as E from 'fp-ts/lib/Either.js';
import type { RunSpec } from '@grokscope/schema';
import { isSampled } from '@grokscope/schema';
import { createDataset } from '@grokscope/tasks';
import { weighSpec } from 'grokscope';
import type { ServerError } from './errors.js';

/** Drawing more tokens than this here would keep everybody waiting. */
const MAX_TOKENS_DRAWN = 1 << 20;

/**
 * Admits a spec whose run fits into memory and whose examples can be made. Many drawn examples are not drawn here: where
 * there are too few of them the run says so itself.
 */
export function admitSpec(spec: RunSpec): E.Either<ServerError, RunSpec> {
  const weighed = weighSpec(spec);
  if (E.isLeft(weighed)) return E.left({ _tag: 'BadInput', ...weighed.left });
  const { task, data } = spec;
  const tokensDrawn = (data.trainExamples ?? 0) * weighed.right.nCtx;
  if (!isSampled(task) || tokensDrawn > MAX_TOKENS_DRAWN) return E.right(spec);
  const made = createDataset(task, data);
  return E.isLeft(made)
    ? E.left({ _tag: 'BadInput', code: 'invalidSpec', errors: [made.left] })
    : E.right(spec);
}
