import { expect, test, type Locator, type Page } from '@playwright/test';
import { button, stateOf, stepOf, steerThroughout } from './run-page.js';
import { Workbench, quickSpec, startRun } from './support.js';

// A person watches a network learn.

let bench: Workbench;
let complaints: string[];
test.beforeEach(({ page }) => {
  bench = new Workbench();
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
});
test.afterEach(() => bench.dispose());

const percentOf = async (page: Page, label: string): Promise<number> =>
  Number.parseFloat(await page.getByLabel(label, { exact: true }).innerText());

/** Whether anything is drawn on a canvas: not all of its pixels are equal. */
const isDrawn = (canvas: Locator): Promise<boolean> =>
  canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
    return data.some((value, i) => value !== data[i % 4]);
  });

test('a network is watched from guessing to understanding', async ({ page }) => {
  const { url } = await bench.server();
  // Opened a moment too early, as by a user who follows the address that `npm start` prints.
  await page.goto(url);
  await expect(page.getByRole('heading', { name: 'No run yet' })).toBeVisible();
  await startRun(url, quickSpec);
  await expect(stateOf(page)).toHaveText('live');
  await expect(page.getByRole('banner')).toContainText('a + b mod 31');
  await expect(page.getByTestId('step')).toContainText('of 1,500');
  await expect(page.getByRole('button', { name: /^Engine .*why this one$/ })).toBeVisible();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);

  await expect(stateOf(page)).toHaveText('finished', { timeout: 90_000 });
  expect(await percentOf(page, 'test accuracy')).toBeGreaterThan(99);
  await expect(page.getByTestId('story')).not.toBeEmpty();
  await expect(page.getByLabel('Read the curves at a step')).toHaveAttribute(
    'aria-valuetext',
    /^Step 1,500: .* train accuracy 100\s%/,
  );
  expect(await isDrawn(page.getByRole('region', { name: 'Loss by step' }).locator('canvas').first())).toBe(
    true,
  );
  const bars = page.getByRole('region', { name: 'Embedding spectrum' }).getByRole('img').first();
  await expect(bars).toHaveAccessibleName(/standing out: \d/);
  await expect(bars.locator('rect')).toHaveCount(15);
  const circles = page.getByRole('region', { name: 'Circles' }).getByRole('img');
  await expect(circles.first()).toHaveAccessibleName(/^Plane of frequency \d+/);
  expect(await isDrawn(circles.first())).toBe(true);
  expect(complaints).toEqual([]);
});

test('a run is paused, stepped, resumed and stopped', async ({ page }) => {
  const { url } = await bench.server();
  await startRun(url, { ...quickSpec, training: { steps: 1_000_000 } });
  await page.goto(url);
  await steerThroughout(page);
  const stopped = await stepOf(page);
  await button(page, 'Resume').click();
  await expect(stateOf(page)).toHaveText('live', { timeout: 30_000 });
  await expect.poll(() => stepOf(page)).toBeGreaterThan(stopped);
  expect(complaints).toEqual([]);
});

test('a reload shows the finished run again', async ({ page }) => {
  const { url } = await bench.server();
  await startRun(url, { ...quickSpec, training: { steps: 200 } });
  await page.goto(url);
  await expect(stateOf(page)).toHaveText('finished', { timeout: 60_000 });
  const loss = await page.getByLabel('test loss', { exact: true }).innerText();
  await page.reload();
  await expect(stateOf(page)).toHaveText('finished');
  await expect(page.getByLabel('test loss', { exact: true })).toHaveText(loss);
  await expect(page.getByRole('region', { name: 'Circles' }).getByRole('img').first()).toBeVisible();

  // A person's note is kept with the run, and an invalid tag is refused with a message.
  await button(page, 'Add a note or tags').click();
  await expect(page.getByLabel('Note', { exact: true })).toBeFocused();
  await page.keyboard.type('look at step 150');
  await page.getByLabel('Tags', { exact: true }).fill('#slow, not/one');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('"not/one" is not a tag');
  await page.getByLabel('Tags', { exact: true }).fill('#slow, kept');
  await page.keyboard.press('Enter');
  await expect(button(page, 'Edit note and tags')).toBeFocused();
  await page.reload();
  await expect(page.getByRole('note')).toHaveText('look at step 150');
  await expect(page.getByRole('list', { name: 'Tags of this run' })).toHaveText('#kept#slow');
  await button(page, 'Runs').click();
  await expect(page.getByRole('list', { name: 'Runs on this server' })).toContainText('#kept #slow');
});

test('the page says when the server is gone, and comes back with it', async ({ page }) => {
  const { url, process: server } = await bench.server();
  await startRun(url, { ...quickSpec, training: { steps: 200 } });
  await page.goto(url);
  await expect(stateOf(page)).toHaveText('finished', { timeout: 60_000 });
  // Long enough to be caught in the middle; its contents do not matter.
  const observe = { metricsEvery: 10, progressEvery: 1000, checkpointEvery: 1000 };
  await startRun(url, { ...quickSpec, name: 'second', training: { steps: 4000 }, observe });
  await page.goto(url);
  await expect(stateOf(page)).toHaveText('live');
  server.child.kill('SIGKILL');
  await expect(stateOf(page)).toHaveText('not live');
  await bench.server(['--port', new URL(url).port]);
  await expect(stateOf(page)).toHaveText(/live|finished/, { timeout: 30_000 });
  await expect(stateOf(page)).toHaveText('finished', { timeout: 90_000 });
  expect(await stepOf(page)).toBe(4000);
});

test('a run started on the command line in the same folder is shown as it goes', async ({ page }) => {
  const { url } = await bench.server();
  await page.goto(url);
  await expect(page.getByRole('heading', { name: 'No run yet' })).toBeVisible();
  const running = bench.grokscope(
    ...['run', 'quick-grok', '--json', '--runs', bench.at('runs'), '--steps', '2000', '--threads', '1'],
    ...['--set', 'task.p=31', '--set', 'model={"dModel": 64, "nHeads": 2, "dHead": 32, "dMlp": 128}'],
  );
  await running.line(/"started"/);
  await page.reload();
  await expect(stateOf(page)).toHaveText('live');
  const before = await stepOf(page);
  await expect.poll(() => stepOf(page)).toBeGreaterThan(before);
  await button(page, 'Pause').click();
  await expect(stateOf(page)).toHaveText('paused');
  await button(page, 'Resume').click();
  await expect(stateOf(page)).toHaveText('live');
});

test('a run whose process was killed shows as not live, and goes on from the page', async ({ page }) => {
  const { url } = await bench.server();
  const running = bench.grokscope(
    ...['run', 'quick-grok', '--json', '--runs', bench.at('runs'), '--steps', '100000', '--threads', '1'],
    ...['--set', 'task.p=31', '--set', 'model={"dModel": 64, "nHeads": 2, "dHead": 32, "dMlp": 128}'],
  );
  await running.line(/"checkpoint"/);
  await page.goto(url);
  await expect(stateOf(page)).toHaveText('live');
  running.child.kill('SIGKILL');
  await expect(stateOf(page)).toHaveText('not live', { timeout: 30_000 });
  const before = await stepOf(page);
  await button(page, 'Resume').click();
  await expect(stateOf(page)).toHaveText('live', { timeout: 30_000 });
  await expect.poll(() => stepOf(page)).toBeGreaterThan(before);
  await button(page, 'Stop').click();
  await expect(stateOf(page)).toHaveText('stopped', { timeout: 30_000 });
});
