import { expect, test } from '@playwright/test';
import { button, stateOf } from './run-page.js';
import { Workbench } from './support.js';

// A researcher's own task, model, optimizer, loss and measure, from one file that the server was started with.

let bench: Workbench;
test.beforeAll(() => {
  bench = new Workbench();
});
test.afterAll(() => bench.dispose());

test('a run of one’s own parts is started on the page, and shown with their words and curves', async ({
  page,
}) => {
  const init = bench.grokscope('init', 'lab');
  expect(await init.exit).toBe(0);
  const { url } = await bench.server(['--use', bench.at('lab', 'parts.mjs')]);
  await page.goto(url);
  await page.getByLabel('Preset').selectOption('greater');
  await button(page, 'Start greater').click();
  await expect(stateOf(page)).toHaveText('finished');
  await expect(page.getByText('max(a, b) of numbers below 31').first()).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Norm of the embedding' })).toBeVisible();
  await expect(page.getByText('Of a model of the kind bagOfTokens')).toBeVisible();
  const plot = page.getByRole('region', { name: 'Norm of the embedding by step' });
  expect((await plot.boundingBox())!.width).toBeGreaterThan(300);
});
