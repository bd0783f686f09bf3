import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('the example tells its own measure at every step it names, those that the run measures too', async () => {
  const file = fileURLToPath(new URL('measure-as-it-trains.mjs', import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [file]);
  expect(stderr).toBe('');
  const told = stdout.trim().split('\n');
  expect(told).toHaveLength(5);
  told.forEach((line, i) => expect(line).toMatch(new RegExp(`^step ${50 * i}: largest weight 0\\.\\d{3}$`)));
});
