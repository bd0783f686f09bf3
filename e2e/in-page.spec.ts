import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, type Page } from '@playwright/test';
import { preview, type PreviewServer } from 'vite';
import { button, stateOf, stepOf, steerThroughout } from './run-page.js';
import { Workbench, runOf } from './support.js';

// A network trained entirely inside the page, and the engine it is trained on.

const dashboard = fileURLToPath(new URL('../apps/dashboard/', import.meta.url));

/** Addition mod 31, which generalises in a few hundred fast steps. */
const small = [
  'task.p=31',
  'data.trainFraction=0.6',
  'model={"dModel": 64, "nHeads": 2, "dHead": 32, "dMlp": 128}',
];
const inPage = (...set: string[]): string =>
  `?${new URLSearchParams([['in-page', 'quick-grok'], ...set.map((change) => ['set', change])])}`;

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

/** As many threads as the browser reports cores, four at most. */
const threadsOffered = async (page: Page): Promise<number> =>
  Math.min(4, await page.evaluate(() => navigator.hardwareConcurrency));

/** The page as a host of plain files serves it: no API behind it, no headers that isolate it. */
async function hostOfFiles(): Promise<{ url: string; host: PreviewServer }> {
  const host = await preview({
    root: dashboard,
    configFile: false,
    logLevel: 'error',
    build: { outDir: path.join(dashboard, 'dist') },
    preview: { port: 0, host: '127.0.0.1' },
  });
  return { url: host.resolvedUrls!.local[0]!, host };
}

test('a network is trained in the page, from guessing to understanding', async ({ page }) => {
  const { url } = await bench.server();
  await page.goto(url + inPage(...small));
  await expect(stateOf(page)).toHaveText('live');
  await expect(page.getByRole('banner')).toContainText('a + b mod 31');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const threads = await threadsOffered(page);
  const engine = page.getByRole('button', { name: /^Engine .*why this one$/ });
  await expect(engine).toHaveText(threads > 1 ? `wasm ×${threads}, in this page` : 'wasm, in this page');
  await engine.click();
  await expect(page.getByRole('group', { name: 'Why this engine' })).toContainText(
    threads > 1 ? `${threads} threads share memory` : 'one thread, because',
  );
  await page.keyboard.press('Escape');

  await expect(stateOf(page)).toHaveText('finished', { timeout: 90_000 });
  expect(await stepOf(page)).toBe(1200);
  expect(await percentOf(page, 'test accuracy')).toBeGreaterThan(99);
  await expect(page.getByTestId('story')).toContainText('Finished after 1,200 steps');
  const circles = page.getByRole('region', { name: 'Circles' }).getByRole('img');
  await expect(circles.first()).toHaveAccessibleName(/^Plane of frequency \d+/);
  await expect(page.getByRole('region', { name: 'The recipe' })).toContainText('in this page, not stored');
  expect(await (await fetch(`${url}/api/runs`)).json()).toEqual([]);
  expect(complaints).toEqual([]);
});

test('a run in the page is paused, stepped, resumed and stopped', async ({ page }) => {
  const { url } = await bench.server();
  await page.goto(url + inPage(...small, 'training.steps=1000000'));
  await steerThroughout(page);
  expect(complaints).toEqual([]);
});

test('the start form trains on the server or in the page, and says which is kept', async ({ page }) => {
  const { url } = await bench.server();
  await page.goto(url);
  await expect(page.getByRole('heading', { name: 'No run yet' })).toBeVisible();
  await expect(page.getByRole('radio', { name: 'on the server' })).toBeChecked();
  await expect(page.getByText('The server stores the run and continues it without this page.')).toBeVisible();
  await page.getByRole('radio', { name: 'in this page' }).check();
  await expect(page.getByText('Nothing is stored: the run ends when you close the page')).toBeVisible();
  await page.getByText('Change settings').click();
  const settings = page.getByRole('textbox', { name: 'One per line, path=value' });
  await settings.fill('optimizer.lr=-1\ntask.q=3');
  await button(page, 'Start quick-grok').click();
  await expect(page.getByRole('alert').getByRole('listitem')).toHaveCount(2);
  await expect(page.getByRole('alert')).toContainText('optimizer.lr');
  await settings.fill([...small, 'training.steps=1000000'].join('\n'));
  await button(page, 'Start quick-grok').click();
  await expect(stateOf(page)).toHaveText('live');
  expect(new URL(page.url()).searchParams.get('in-page')).toBe('quick-grok');
  expect(new URL(page.url()).searchParams.getAll('set')).toContain('task.p=31');

  // Another run takes its place, this time on the server. Going back restarts the one in the page.
  await button(page, 'Runs').click();
  await page.getByRole('radio', { name: 'on the server' }).check();
  await page.getByText('Change settings').click();
  await settings.fill([...small, 'training.steps=20'].join('\n'));
  await button(page, 'Start quick-grok').click();
  await button(page, 'Leave and lose it').click();
  await expect(stateOf(page)).toHaveText('finished');
  const runId = new URL(page.url()).searchParams.get('run')!;
  expect(await runOf(url, runId)).toMatchObject({ state: 'completed', step: 20 });
  await page.goBack();
  await expect(stateOf(page)).toHaveText('live');
  await expect(page.getByTestId('step')).toContainText('of 1,000,000');
  expect(complaints).toEqual([]);
});

test('an address that asks for no run says what is wrong, and offers one', async ({ page }) => {
  const { url } = await bench.server();
  await page.goto(`${url}?in-page=quick-gork`);
  await expect(page.getByRole('heading', { name: 'This run cannot be started' })).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('did you mean quick-grok?');
  await expect(button(page, 'Start quick-grok')).toBeEnabled();
});

test('a browser that cannot compute says so', async ({ page }) => {
  const { url } = await bench.server();
  await page.route('**/*.wasm', (route) => route.abort());
  await page.goto(url + inPage(...small));
  await expect(page.getByRole('heading', { name: 'This browser cannot train' })).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('could not be loaded');
  await expect(page.getByRole('radio', { name: 'on the server' })).toBeChecked();
});

test('a trainer that cannot be loaded says so', async ({ page }) => {
  const { url } = await bench.server();
  await page.route('**/trainer-worker*', (route) => route.abort());
  await page.goto(url + inPage(...small));
  await expect(page.getByRole('heading', { name: 'The trainer did not start' })).toBeVisible();
  await page.unroute('**/trainer-worker*');
  await button(page, 'Try again').click();
  await expect(stateOf(page)).toHaveText('live');
});

test('the page alone, on a host of files, trains by itself with one thread', async ({ page }) => {
  const { url, host } = await hostOfFiles();
  try {
    await page.goto(url);
    await expect(page.getByText('There is no Grokscope server at this address')).toBeVisible();
    await expect(page.getByRole('radio')).toHaveCount(0);
    await page.getByText('Change settings').click();
    await page
      .getByRole('textbox', { name: 'One per line, path=value' })
      .fill([...small, 'training.steps=300'].join('\n'));
    await button(page, 'Start quick-grok').click();
    await expect(page.getByRole('button', { name: /^Engine/ })).toHaveText('wasm, in this page');
    await page.getByRole('button', { name: /^Engine/ }).click();
    await expect(page.getByRole('group', { name: 'Why this engine' })).toContainText(
      'not cross-origin isolated',
    );
    await page.keyboard.press('Escape');
    await expect(stateOf(page)).toHaveText('finished', { timeout: 60_000 });
    expect(await percentOf(page, 'test accuracy')).toBeGreaterThan(10);
    await button(page, 'Runs').click();
    await expect(page.getByText('There is no server here that could keep runs.')).toBeVisible();
  } finally {
    await host.close();
  }
});

/** Waits for the verdict of the suite, reads the table as a person would, and returns the number of threads. */
async function expectEveryCasePassed(page: Page): Promise<number> {
  await expect(page.locator('body[data-state]:not([data-state=running])')).toBeAttached({ timeout: 120_000 });
  const rows = await page
    .locator('tbody tr')
    .evaluateAll((all) => all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)));
  expect(rows.length).toBeGreaterThan(60);
  expect(rows.map(([name]) => name)).toContain('10 training steps of a small network');
  expect(rows.filter(([, , , verdict]) => verdict !== 'passed')).toEqual([]);
  for (const [name, error] of rows) expect(Number(error), `worst error of ${name}`).toBeLessThan(2e-5);
  const status = page.getByRole('status');
  test.info().annotations.push({ type: 'ran on', description: await status.innerText() });
  await expect(status).toContainText(`${rows.length} of ${rows.length} cases passed`);
  return Number(/^wasm ×(\d+) /.exec(await status.innerText())![1]);
}

test('in a worker of an isolated page the engine computes every op right, on all its threads', async ({
  page,
}) => {
  const { url } = await bench.server();
  await page.goto(`${url}/conformance.html?mode=wasm`);
  const threads = await expectEveryCasePassed(page);
  expect(threads).toBe(await threadsOffered(page));
  await expect(page.getByRole('status')).toContainText('of an isolated page');
  expect(complaints).toEqual([]);
});

test('in a worker of a page that is not isolated it computes every op right, on one thread', async ({
  page,
}) => {
  const { url, host } = await hostOfFiles();
  try {
    await page.goto(`${url}conformance.html?mode=wasm`);
    expect(await expectEveryCasePassed(page)).toBe(1);
    await expect(page.getByRole('status')).toContainText('of a page that is not isolated');
  } finally {
    await host.close();
  }
});
