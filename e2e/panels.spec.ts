import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { stateOf } from './run-page.js';
import { Workbench, quickSpec, startRun } from './support.js';

// A person looks into a network, at the step they choose.

let bench: Workbench;
let complaints: string[];
test.beforeEach(({ page }) => {
  bench = new Workbench();
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
});
test.afterEach(() => bench.dispose());

const slider = (page: Page): Locator => page.getByRole('slider', { name: 'Step that is shown' });
const panel = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });

/** Trains a small network to its end; returns the server's address and the run's name. */
async function trained(): Promise<{ url: string; runId: string }> {
  const { url } = await bench.server();
  const runId = await startRun(url, { ...quickSpec, training: { steps: 400 } });
  await expect
    .poll(async () => ((await (await fetch(`${url}/api/runs/${runId}`)).json()) as { state: string }).state, {
      timeout: 90_000,
    })
    .toBe('completed');
  return { url, runId };
}

interface AnalysisAnswer {
  readonly loss: { readonly train: number; readonly test: number };
  readonly spectra: { readonly embedding: readonly number[] };
}

/** The measures that the command line computes for a checkpoint. */
async function measured(runId: string, step: number): Promise<AnalysisAnswer> {
  const folder = bench.at('runs', runId, 'checkpoints');
  const file = `step-${String(step).padStart(8, '0')}.safetensors`;
  const analyze = bench.grokscope('analyze', `${folder}/${file}`, '--json');
  expect(await analyze.exit, analyze.stderr).toBe(0);
  return JSON.parse(analyze.stdout) as AnalysisAnswer;
}

/** The first number after a word. */
const numberAfter = (text: string, word: string): number =>
  Number.parseFloat(text.slice(text.indexOf(word) + word.length));

test('every panel shows the saved step that is chosen, exactly as it was', async ({ page }) => {
  const { url, runId } = await trained();
  await page.goto(url);
  await expect(stateOf(page)).toHaveText('finished');
  await expect(panel(page, 'Ablations')).toContainText('step 400', { timeout: 60_000 });

  // By keyboard to the first checkpoint, and one on.
  await slider(page).focus();
  await page.keyboard.press('Home');
  await expect(page.getByTestId('shown-step')).toHaveText('step 100');
  await page.keyboard.press('ArrowRight');
  await expect(slider(page)).toHaveAttribute('aria-valuetext', /^Step 200, .*a saved step$/);
  await expect(panel(page, 'Circles')).toContainText('step 200');
  await expect(panel(page, 'What is happening')).toContainText('At step 200');
  await expect(panel(page, 'Ablations')).toContainText('step 200', { timeout: 60_000 });

  const analysis = await measured(runId, 200);
  const whole = panel(page, 'Ablations').getByRole('row', { name: 'the whole network' });
  const exact = await whole
    .getByRole('cell')
    .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('title')));
  expect(Number(exact[0])).toBeCloseTo(analysis.loss.train, 5);
  expect(Number(exact[1])).toBeCloseTo(analysis.loss.test, 4);

  // Bars are read by keyboard; the first is frequency 1.
  const bars = panel(page, 'Embedding spectrum').getByRole('img').first();
  await bars.focus();
  await page.keyboard.press('Home');
  const read = await bars.getAttribute('aria-label');
  expect(numberAfter(read!, 'k = 1: ')).toBeCloseTo(analysis.spectra.embedding[0]!, 4);

  await page.getByRole('button', { name: 'Newest', exact: true }).click();
  await expect(page.getByTestId('shown-step')).toHaveText('step 400');
  await expect(panel(page, 'Circles')).toContainText('step 400');

  // The same after a reload.
  await page.reload();
  await expect(stateOf(page)).toHaveText('finished');
  await slider(page).focus();
  await page.keyboard.press('Home');
  await expect(panel(page, 'Circles')).toContainText('step 100');
  expect(complaints).toEqual([]);
});

test('a question is asked, a neuron and a token are chosen', async ({ page }) => {
  const { url } = await trained();
  await page.goto(url);
  const answer = panel(page, 'Answer');
  await answer.getByRole('spinbutton', { name: 'a' }).fill('12');
  await answer.getByRole('spinbutton', { name: 'b' }).fill('30');
  await answer.getByRole('spinbutton', { name: 'b' }).press('Enter');
  await expect(answer.getByRole('heading')).toContainText('Asked: 12 + 30');
  await expect(answer).toContainText('right: 11');

  const neuron = panel(page, 'Neuron');
  await neuron.getByLabel('Neuron', { exact: true }).selectOption('7');
  await expect(neuron.getByRole('heading')).toContainText('Neuron 7');
  const map = neuron.getByRole('img').first();
  await map.focus();
  await page.keyboard.press('ArrowUp');
  await expect(map).toHaveAccessibleName(/a = 15, b = 15: activation [\d.]+/);

  const attention = panel(page, 'Attention');
  await attention.getByText('to =').click();
  await expect(attention.getByRole('img')).toHaveCount(2);
  await expect(attention.getByRole('img').first()).toHaveAccessibleName(/attention to = for every pair/);

  // On a phone everything is in one column.
  await page.setViewportSize({ width: 360, height: 740 });
  await expect(panel(page, 'Ablations')).toBeVisible({ timeout: 60_000 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await expect(slider(page)).toBeInViewport();
  expect(complaints).toEqual([]);
});

test('phases and measures are shown where a run tells of them', async ({ page }) => {
  const { runId } = await trained();
  // What any run may write: two phases and a measured loss, reported before its end.
  const file = bench.at('runs', runId, 'events.ndjson');
  const facts = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; seq: number; time: string });
  const ended = facts.pop()!;
  const { time } = ended;
  const kept = facts.filter(({ type }) => type !== 'phase' && type !== 'progress');
  const restrictedLoss = { train: 0.25, test: 0.125, all: 0.15625 };
  const told = [
    { type: 'phase', step: 0, phase: 'memorization', evidence: {} },
    { type: 'phase', step: 150, phase: 'circuitFormation', evidence: { trainLoss: 0.01 } },
    { type: 'progress', step: 300, precision: 'float32', keys: 'final', restrictedLoss },
  ].map((fact) => ({ runId, time, ...fact }));
  const lines = [...kept, ...told, ended].map((fact, seq) => JSON.stringify({ ...fact, seq }));
  writeFileSync(file, `${lines.join('\n')}\n`);

  const { url } = await bench.server();
  await page.goto(`${url}/?run=${runId}`);
  await expect(slider(page)).toHaveAttribute('aria-valuetext', 'Step 400, circuit formation, the newest');
  await expect(page.getByTitle('step 150: circuit formation begins')).toBeVisible();
  const curves = page.getByLabel('Read the curves at a step');
  await expect(curves).toHaveAttribute('aria-valuetext', /restricted loss 0\.156250 \(step 300\)/);
  await expect(page.getByLabel('restricted loss', { exact: true })).toHaveText('0.156');
  await page.getByRole('button', { name: 'Measures' }).click();
  await expect(curves).not.toHaveAttribute('aria-valuetext', /restricted/);
  expect(complaints).toEqual([]);
});

test('a number that the task does not have is refused in words, and the fields keep to the title', async ({
  page,
}) => {
  const { url } = await trained();
  await page.goto(url);
  const answer = panel(page, 'Answer');
  const a = answer.getByRole('spinbutton', { name: 'a' });
  await expect(answer.getByRole('heading')).toContainText('Asked: 17 + 30');
  for (const wrong of ['500', '-1', '1.5', '']) {
    await a.fill(wrong);
    await a.press('Enter');
    await expect(answer.getByRole('alert')).toContainText('a whole number from 0 to 30');
    await expect(a).toHaveValue('17');
    await expect(answer.getByRole('heading')).toContainText('Asked: 17 + 30');
  }
  await a.fill('3');
  await a.press('Enter');
  await expect(answer.getByRole('alert')).toHaveCount(0);
  await expect(answer.getByRole('heading')).toContainText('Asked: 3 + 30');
});
