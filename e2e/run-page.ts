import { expect, type Locator, type Page } from '@playwright/test';

// What a person finds on the page of a run, wherever the run is.

export const stateOf = (page: Page): Locator => page.getByRole('status', { name: 'State of the run' });
export const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });

/** The step shown in the header. */
export const stepOf = async (page: Page): Promise<number> =>
  Number(/step ([\d,]+)/.exec(await page.getByTestId('step').innerText())![1]!.replaceAll(',', ''));

/** Pauses a long live run, makes two single steps, resumes it and stops it, through its page. */
export async function steerThroughout(page: Page): Promise<void> {
  await expect(stateOf(page)).toHaveText('live');
  await button(page, 'Pause').click();
  await expect(stateOf(page)).toHaveText('paused');
  const paused = await stepOf(page);
  await button(page, 'Step').click();
  await expect.poll(() => stepOf(page)).toBe(paused + 1);
  await button(page, 'Step').click();
  await expect.poll(() => stepOf(page)).toBe(paused + 2);
  await button(page, 'Resume').click();
  await expect(stateOf(page)).toHaveText('live');
  await expect.poll(() => stepOf(page)).toBeGreaterThan(paused + 20);
  await button(page, 'Stop').click();
  await expect(stateOf(page)).toHaveText('stopped');
  await expect(button(page, 'Stop')).toHaveCount(0);
}
