import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metrics, train } from 'grokscope';
import { lastValueFrom } from 'rxjs';
import * as parts from './parts.mjs';

test('a bag of tokens learns which of two numbers is greater', async () => {
  const spec = {
    task: { kind: 'greater', n: 11 },
    data: { trainFraction: 0.5 },
    model: { kind: 'bagOfTokens' },
    optimizer: { kind: 'averaged', lr: 0.5 },
    training: { steps: 400, loss: 'squaredCrossEntropy' },
  };
  const options = { parts: Object.values(parts), engine: 'wasm', threads: 1 };
  const last = await lastValueFrom(train(spec, options).pipe(metrics()));
  assert.ok(last.trainAccuracy > 0.95, `trained pairs: ${last.trainAccuracy} right`);
});
