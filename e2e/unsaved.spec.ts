import { expect, test, type Page } from '@playwright/test';
import { button, stateOf } from './run-page.js';
import { storeCopies, trainedRun } from './stored-runs.js';
import { Workbench, quickSpec, tinySpec } from './support.js';

// Typed text and trained weights are lost only with a person's consent.

test.describe.configure({ mode: 'serial' });
let bench: Workbench;
let url: string;
let runId: string;
test.beforeAll(async () => {
  bench = new Workbench();
  url = (await bench.server()).url;
  runId = await trainedRun(url, tinySpec);
  storeCopies(bench, runId, 1);
});
test.afterAll(() => bench.dispose());

const note = (page: Page) => page.getByRole('textbox', { name: /^(Your n|N)ote$/ });
const tags = (page: Page) => page.getByRole('textbox', { name: 'Tags' });
const storedNote = async (): Promise<unknown> =>
  ((await (await fetch(`${url}/api/runs/${runId}`)).json()) as { note: unknown }).note;

/** A change made elsewhere, as by `grokscope note`. */
async function sayElsewhere(change: object): Promise<void> {
  const response = await fetch(`${url}/api/runs/${runId}/notes`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(change),
  });
  expect(response.status).toBe(200);
}

test('a note that others have changed meanwhile is shown, and replaced only on request', async ({ page }) => {
  await sayElsewhere({ note: 'first', addTags: ['old'] });
  await page.goto(`${url}?run=${runId}`);
  await button(page, 'Edit note and tags').click();
  await note(page).fill('mine');
  await tags(page).fill('old own');
  await sayElsewhere({ note: 'theirs', addTags: ['new'] });
  await button(page, 'Save').click();
  await expect(page.getByRole('alert').filter({ hasText: 'theirs' })).toBeVisible();
  await expect(note(page)).toHaveValue('mine');
  expect(await storedNote()).toBe('theirs');

  // The first time the newer note is taken, the second time it is replaced.
  await button(page, 'Use this one').click();
  await expect(note(page)).toHaveValue('theirs');
  await note(page).fill('mine again');
  await sayElsewhere({ note: 'theirs again' });
  await button(page, 'Save').click();
  await button(page, 'Replace it with mine').click();
  await expect(page.getByRole('note')).toHaveText('mine again');
  await expect(page.getByRole('list', { name: 'Tags of this run' })).toHaveText('#new#old#own');
  expect(await storedNote()).toBe('mine again');
});

test('a note being written outlives a reload, another run and the tab', async ({ page, context }) => {
  await sayElsewhere({ note: 'kept by the server' });
  await page.goto(`${url}?run=${runId}`);
  await button(page, 'Edit note and tags').click();
  await note(page).fill('half a sentence');
  await page.reload();
  await expect(note(page)).toHaveValue('half a sentence');
  await button(page, 'Runs').click();
  await page.getByRole('link', { name: /^copy 1/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(button(page, 'Add a note or tags')).toBeVisible();
  await page.close();
  const later = await context.newPage();
  await later.goto(`${url}?run=${runId}`);
  await expect(note(later)).toHaveValue('half a sentence');
  // It does not overwrite a note that others wrote since it was begun, either.
  await sayElsewhere({ note: 'newer' });
  await button(later, 'Save').click();
  await expect(later.getByRole('alert').filter({ hasText: 'newer' })).toBeVisible();

  // Escape asks before it discards.
  await note(later).focus();
  await later.keyboard.press('Escape');
  await button(later, 'Keep writing').click();
  await expect(note(later)).toHaveValue('half a sentence');
  await later.keyboard.press('Escape');
  await button(later, 'Discard').click();
  await expect(note(later)).toHaveCount(0);
  await later.reload();
  await expect(button(later, 'Edit note and tags')).toBeVisible();
});

test('a note is not written over one that cannot be read', async ({ page }) => {
  await sayElsewhere({ note: 'there' });
  // The run is found; when its notes are read, the server no longer responds.
  await page.route(`**/api/runs/${runId}`, (route) => route.abort());
  await page.route(`**/api/runs/${runId}`, (route) => route.continue(), { times: 1 });
  await page.goto(`${url}?run=${runId}`);
  await page.getByRole('button', { name: /note/ }).click();
  await expect(page.getByRole('alert')).toContainText('cannot be read');
  await expect(note(page)).toHaveCount(0);
});

test('settings typed into the start form outlive the menu and a reload', async ({ page }) => {
  await page.goto(`${url}?run=${runId}`);
  await button(page, 'Runs').click();
  await page.getByLabel('Preset').selectOption('mainline');
  await page.getByText('Change settings').click();
  const settings = page.getByRole('textbox', { name: 'One per line, path=value' });
  await settings.fill('optimizer.lr=0.5');
  await page.keyboard.press('Escape');
  await page.reload();
  await button(page, 'Runs').click();
  await expect(settings).toHaveValue('optimizer.lr=0.5');
  await expect(button(page, 'Start mainline')).toBeVisible();
});

test('a run in the page is left only when the reader says so', async ({ page }) => {
  const set = [
    'task.p=31',
    `model=${JSON.stringify(quickSpec.model)}`,
    'training.steps=1000000',
    'data.trainFraction=0.6',
  ];
  await page.goto(`${url}?run=${runId}`);
  await button(page, 'Runs').click();
  await page.getByRole('radio', { name: 'in this page' }).check();
  await page.getByText('Change settings').click();
  await page.getByRole('textbox', { name: 'One per line, path=value' }).fill(set.join('\n'));
  await button(page, 'Start quick-grok').click();
  await expect(stateOf(page)).toHaveText('live');
  const address = page.url();
  const isStill = async (): Promise<void> => {
    await expect(page.getByTestId('step')).toContainText('of 1,000,000');
    expect(page.url()).toBe(address);
    await expect(page.getByRole('dialog')).toHaveCount(0);
  };

  // By a link of the page.
  await button(page, 'Runs').click();
  await page.getByRole('link', { name: /^copy 1/ }).click();
  await expect(page.getByRole('dialog', { name: 'Leave this run?' })).toBeVisible();
  await button(page, 'Stay').click();
  await isStill();

  // By the browser's own button, twice.
  for (const answer of ['Stay', 'Escape']) {
    await page.evaluate(() => history.back());
    await expect(page.getByRole('dialog', { name: 'Leave this run?' })).toBeVisible();
    if (answer === 'Stay') await button(page, 'Stay').click();
    else await page.keyboard.press('Escape');
    await isStill();
  }

  // By a reload: the browser asks with its own text.
  const asked = page.waitForEvent('dialog');
  const reload = page.evaluate(() => location.reload()).catch(() => undefined);
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await reload;
  await isStill();

  await page.evaluate(() => history.back());
  await button(page, 'Leave and lose it').click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('tiny');
  // A run on the server is left without a question.
  await button(page, 'Runs').click();
  await page.getByRole('link', { name: /^copy 1/ }).click();
  await expect(stateOf(page)).toHaveText('finished');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});
