import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { formatSpecErrors } from '@grokscope/schema';
import { planSweep } from 'grokscope';
import { describe, expect, it } from 'vitest';
import { readSpecFile } from './read-spec-file.js';

const FOLDER = fileURLToPath(new URL('../../../experiments/', import.meta.url));
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

describe('the sweep files of this project', () => {
  it.each(files)('%s holds runs that can start, under its own name', async (file) => {
    const input = await readSpecFile(`${FOLDER}${file}`);
    if (E.isLeft(input)) throw new Error(JSON.stringify(input.left));
    const plan = planSweep(input.right, Infinity);
    expect(E.isLeft(plan) ? formatSpecErrors(plan.left) : '').toBe('');
    if (E.isLeft(plan)) return;
    expect(`${plan.right.spec.name}.yaml`).toBe(file);
    expect(plan.right.cells.length).toBeGreaterThan(1);
    expect(plan.right.spec.finding).toBeDefined();
    for (const { spec } of plan.right.cells) expect(spec.training.steps).toBeGreaterThan(0);
  });
});
