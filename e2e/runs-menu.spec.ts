import { expect, test, type Locator, type Page } from '@playwright/test';
import { button, stateOf } from './run-page.js';
import { storeCopies, trainedRun } from './stored-runs.js';
import { Workbench, tinySpec } from './support.js';

// A person finds one run among many.

test.describe.configure({ mode: 'serial' });
let bench: Workbench;
let url: string;
let runId: string;
test.beforeAll(async () => {
  bench = new Workbench();
  url = (await bench.server()).url;
  runId = await trainedRun(url, tinySpec);
  storeCopies(bench, runId, 102);
});
test.afterAll(() => bench.dispose());

const list = (page: Page): Locator => page.getByRole('list', { name: 'Runs on this server' });
const counted = (page: Page): Locator => page.getByRole('status', { name: 'Runs listed' });
const find = (page: Page): Locator => page.getByRole('searchbox', { name: 'Find a run' });

/** How many of the runs can be read without scrolling. */
const inSight = async (page: Page): Promise<number> => {
  const frame = (await list(page).boundingBox())!;
  const rows = await list(page)
    .getByRole('listitem')
    .evaluateAll((items) =>
      items.map((item) => item.getBoundingClientRect()).map(({ top, bottom }) => [top, bottom]),
    );
  return rows.filter(([top, bottom]) => top! >= frame.y - 1 && bottom! <= frame.y + frame.height + 1).length;
};

test('a run is found by typing and by the arrow keys alone', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${url}?run=${runId}`);
  await expect(stateOf(page)).toHaveText('finished');
  await button(page, 'Runs').focus();
  await page.keyboard.press('Enter');
  await expect(counted(page)).toHaveText('103 runs, newest first');
  expect(await inSight(page)).toBeGreaterThanOrEqual(9);
  await expect(find(page)).toBeFocused();
  await expect(button(page, 'Start quick-grok')).toBeInViewport({ ratio: 1 });

  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  await expect(page.getByRole('link', { name: /^copy 102/ })).toBeFocused();
  await expect(page.getByRole('link', { name: /^copy 102/ })).toBeInViewport({ ratio: 1 });
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('link', { name: /^copy 101/ })).toBeFocused();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowUp');
  await expect(find(page)).toBeFocused();

  await page.keyboard.type('completed COPY 77');
  await expect(counted(page)).toHaveText('1 of 103 runs');
  // Typed text survives the menu.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await expect(find(page)).toHaveValue('completed COPY 77');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('tiny');
  expect(new URL(page.url()).searchParams.get('run')).toMatch(/0077$/);

  await button(page, 'Runs').click();
  await expect(find(page)).toHaveValue('');
  await find(page).fill('no run is called this');
  await expect(counted(page)).toHaveText('None of the 103 runs matches.');
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });

  test('the list has the page to itself, and the form its button', async ({ page }) => {
    await page.goto(`${url}?run=${runId}`);
    await expect(stateOf(page)).toHaveText('finished');
    await button(page, 'Runs').tap();
    await expect(counted(page)).toHaveText('103 runs, newest first');
    expect(await inSight(page)).toBeGreaterThanOrEqual(7);
    await page.getByRole('radiogroup', { name: 'What to do' }).getByText('Start a run').tap();
    await expect(list(page)).toBeHidden();
    await expect(button(page, 'Start quick-grok')).toBeInViewport({ ratio: 1 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  });
});
