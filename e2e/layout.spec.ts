import { expect, test, type Page } from '@playwright/test';
import { stateOf } from './run-page.js';
import { trainedRun } from './stored-runs.js';
import { Workbench, quickSpec } from './support.js';

// Nothing moves under a reader's eyes or pointer.

test.describe.configure({ mode: 'serial' });
let bench: Workbench;
let address: string;
test.beforeAll(async () => {
  bench = new Workbench();
  const { url } = await bench.server();
  // Measures between two measurements, so that the readout names the step that a value belongs to.
  const observe = { metricsEvery: 10, progressEvery: 15, checkpointEvery: 100 };
  address = `${url}?run=${await trainedRun(url, { ...quickSpec, observe, training: { steps: 200 } })}`;
});
test.afterAll(() => bench.dispose());

/** Watches the layout from the page's first moment. */
const watchShifts = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
      })[])
        if (!entry.hadRecentInput) shifts.push(entry.value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
const shiftSoFar = (page: Page): Promise<number> =>
  page.evaluate(() =>
    (window as unknown as { shifts: number[] }).shifts.reduce((sum, shift) => sum + shift, 0),
  );

for (const [name, viewport] of [
  ['a desktop', { width: 1280, height: 800 }],
  ['a phone', { width: 360, height: 740 }],
] as const) {
  test.describe(`on ${name}`, () => {
    test.use({ viewport });

    test('a finished run opens without a jump', async ({ page }) => {
      await watchShifts(page);
      await page.goto(address);
      await expect(stateOf(page)).toHaveText('finished');
      await expect(page.getByRole('region', { name: 'Ablations', exact: true })).toContainText('step 200', {
        timeout: 90_000,
      });
      await expect(page.getByRole('region', { name: 'The recipe' })).toBeVisible();
      expect(await shiftSoFar(page)).toBeLessThan(0.02);
    });

    test('the pictures stay where they are while they are read', async ({ page }) => {
      await page.goto(address);
      await expect(page.getByRole('region', { name: 'Attention', exact: true })).toBeVisible({
        timeout: 60_000,
      });
      await expect(page.getByRole('region', { name: 'Singular values' })).toBeVisible({ timeout: 90_000 });
      // Each with what lies below it: neither may move as the line between them grows.
      for (const region of [
        'Loss by step',
        'Embedding spectrum',
        'Circles',
        'Answer',
        'Neuron',
        'Attention',
      ]) {
        const panel = page.getByRole('region', { name: region, exact: true });
        await panel.scrollIntoViewIfNeeded();
        const picture = panel.locator('.plots, svg, canvas').first();
        const places = (): Promise<number[]> =>
          panel.evaluate((element) =>
            [...element.querySelectorAll('.plots, svg, canvas')]
              .concat(element)
              .flatMap((part) => [part.getBoundingClientRect().top, part.getBoundingClientRect().bottom]),
          );
        const box = (await picture.boundingBox())!;
        await page.mouse.move(0, 0);
        const before = await places();
        for (const share of [0.15, 0.35, 0.55, 0.75, 0.95]) {
          await picture.hover({
            position: { x: box.width * share, y: Math.min(box.height, 150) / 2 },
            force: true,
          });
          await page.evaluate(() => new Promise(requestAnimationFrame));
          const now = await places();
          // A panel that is scrolled to moves as a whole.
          const by = now[now.length - 2]! - before[before.length - 2]!;
          expect(
            now.map((place) => Math.round(place - by)),
            `${region}, pointer at ${share}`,
          ).toEqual(before.map(Math.round));
        }
      }
    });
  });
}
