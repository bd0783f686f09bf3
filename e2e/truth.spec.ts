import { expect, test, type Page } from '@playwright/test';
import { button, stateOf } from './run-page.js';
import { Workbench, quickSpec, startRun } from './support.js';

// What the page shows is true at the step it shows.

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

/** Starts a run and shows it once it is over. */
async function over(page: Page, spec: object, state: string): Promise<void> {
  const { url } = await bench.server();
  const runId = await startRun(url, { ...quickSpec, ...spec });
  await expect
    .poll(async () => ((await (await fetch(`${url}/api/runs/${runId}`)).json()) as { state: string }).state, {
      timeout: 90_000,
    })
    .toMatch(/completed|diverged/);
  await page.goto(`${url}/?run=${runId}`);
  await expect(stateOf(page)).toHaveText(state);
}

test('story, titles and numbers speak of the saved step that is shown, and none of what came later', async ({
  page,
}) => {
  await over(page, { training: { steps: 400 } }, 'finished');
  const story = page.getByTestId('story');
  await expect(story).toContainText('Finished after 400 steps');
  await page.getByRole('slider', { name: 'Step that is shown' }).focus();
  await page.keyboard.press('Home');
  await expect(story).toContainText('Step 100 is shown; the run went on to step 400.');
  await expect(story).not.toContainText(/Finished|understood/);
  await expect(page.getByRole('region', { name: 'Loss by step' }).getByRole('heading')).not.toContainText(
    'Understood',
  );
  // The last request wins, although the slow measures of the other step are still being computed.
  await button(page, 'Newest').click();
  const ablations = page.getByRole('region', { name: 'Ablations', exact: true });
  await expect(ablations).toContainText('step 400', { timeout: 60_000 });
  await expect(ablations.getByRole('heading')).not.toContainText('At step');
  await expect(story).toContainText('Finished after 400 steps');
});

test('a finished run is opened without replaying what it measured', async ({ page }) => {
  const replayed: string[] = [];
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      if (typeof payload === 'string' && payload.startsWith('{"type":"event"')) replayed.push(payload);
    }),
  );
  await over(page, { training: { steps: 300 } }, 'finished');
  await expect(page.getByLabel('Read the curves at a step')).toHaveAttribute('aria-valuetext', /^Step 300: /);
  expect(replayed).toEqual([]);
});

test('of a diverged run nothing is claimed, and nothing complains', async ({ page }) => {
  await over(page, { optimizer: { ...quickSpec.optimizer, lr: 1e30 } }, 'diverged');
  await expect(page.getByTestId('story')).toContainText('the loss is no longer a number');
  await expect(page.getByText('the weights are no longer finite numbers')).toBeVisible();
  for (const name of ['Answer', 'Neuron', 'Attention', 'Circles', 'Embedding spectrum'])
    await expect(page.getByRole('region', { name, exact: true })).toHaveCount(0);
  expect(complaints).toEqual([]);
});
