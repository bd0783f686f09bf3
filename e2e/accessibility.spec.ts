import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { button, stateOf } from './run-page.js';
import { storeCopies, trainedRun } from './stored-runs.js';
import { Workbench, quickSpec, startRun } from './support.js';

// The page for a user with a screen reader, a keyboard or low vision: every state of it is checked by axe.

test.describe.configure({ mode: 'serial' });
let bench: Workbench;
let url: string;
let finished: string;
test.beforeAll(async () => {
  bench = new Workbench();
  url = (await bench.server()).url;
  finished = await trainedRun(url, { ...quickSpec, training: { steps: 200 } });
  storeCopies(bench, finished, 20);
});
test.afterAll(() => bench.dispose());

/** Everything that axe reports, one line for each. */
async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, any }) => `${id}: ${target.join(' ')} ${any[0]?.message ?? ''}`),
  );
}

const looks = [
  { name: 'on a desktop, light', viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
  { name: 'on a phone, dark', viewport: { width: 360, height: 740 }, colorScheme: 'dark' },
] as const;

for (const { name, viewport, colorScheme } of looks) {
  test.describe(name, () => {
    test.use({ viewport, colorScheme });

    test('a finished run, its menu, and a panel that waits for another step', async ({ page }) => {
      await page.goto(`${url}?run=${finished}`);
      await expect(stateOf(page)).toHaveText('finished');
      await expect(page.getByRole('heading', { level: 1 })).toContainText('small');
      const ablations = page.getByRole('region', { name: 'Ablations', exact: true });
      await expect(ablations).toContainText('step 200', { timeout: 90_000 });
      expect(await faults(page)).toEqual([]);

      await button(page, 'Runs').click();
      await expect(page.getByRole('list', { name: 'Runs on this server' })).toBeVisible();
      expect(await faults(page)).toEqual([]);
      await page.keyboard.press('Escape');

      await button(page, 'Add a note or tags').click();
      await page.getByLabel('Note', { exact: true }).fill('x'.repeat(10_001));
      await expect(page.getByRole('alert').filter({ hasText: '1 too long' })).toBeVisible();
      expect(await faults(page)).toEqual([]);
      await button(page, 'Cancel').click();
      await expect(page.getByRole('dialog')).toBeVisible();
      expect(await faults(page)).toEqual([]);
      await button(page, 'Discard').click();

      // The weights of the chosen step are still loading: what is shown belongs to another step.
      let letGo = (): void => {};
      const held = new Promise<void>((resolve) => (letGo = resolve));
      await page.route('**/checkpoints/*', async (route) => {
        await held;
        await route.continue();
      });
      await page.getByRole('slider', { name: 'Step that is shown' }).focus();
      await page.keyboard.press('Home');
      await expect(page.getByTestId('shown-step')).toHaveText('step 100');
      expect(await faults(page)).toEqual([]);
      letGo();
      await page.unrouteAll({ behavior: 'wait' });
    });

    test('a live run', async ({ page }) => {
      const runId = await startRun(url, { ...quickSpec, training: { steps: 1_000_000 } });
      await page.goto(`${url}?run=${runId}`);
      await expect(stateOf(page)).toHaveText('live');
      await expect(page.getByRole('region', { name: 'Embedding spectrum' })).toBeVisible();
      expect(await faults(page)).toEqual([]);
      await button(page, 'Stop').click();
      await expect(stateOf(page)).toHaveText('stopped');
    });

    test('no run, a run that is not there, and a server that is gone', async ({ page }) => {
      const { url: empty, process } = await bench.server(['--runs', bench.at('empty')]);
      await page.goto(empty);
      await expect(page.getByRole('heading', { name: 'No run yet' })).toBeVisible();
      await page.getByText('Change settings').click();
      await page.getByRole('radio', { name: 'in this page' }).check();
      await page.getByRole('textbox', { name: 'One per line, path=value' }).fill('optimizer.lr=-1');
      await button(page, 'Start quick-grok').click();
      await expect(page.getByRole('alert')).toContainText('optimizer.lr');
      expect(await faults(page)).toEqual([]);
      await page.goto(`${empty}?run=no-such-run`);
      await expect(page.getByRole('heading', { name: 'There is no such run' })).toBeVisible();
      expect(await faults(page)).toEqual([]);
      await page.route('**/api/**', (route) => route.abort());
      await button(page, 'Show the newest run').click();
      await expect(page.getByRole('heading', { name: 'The server does not respond' })).toBeVisible();
      expect(await faults(page)).toEqual([]);
      process.child.kill('SIGKILL');
    });

    test('a server that asks for a token', async ({ page }) => {
      const { url: guarded, process } = await bench.server(['--token', 'secret']);
      await page.goto(guarded);
      await page.getByLabel('Token').fill('wrong');
      await button(page, 'Open').click();
      await expect(page.getByRole('alert')).toBeVisible();
      expect(await faults(page)).toEqual([]);
      process.child.kill('SIGKILL');
    });
  });
}
