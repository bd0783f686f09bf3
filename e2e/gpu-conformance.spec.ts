import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, expect, test, type Browser, type LaunchOptions, type Page } from '@playwright/test';
import { preview, type PreviewServer } from 'vite';

// Every op of the gpu.js engine in a real Chromium, in the page that a person would open to check the same. The built
// page, minified: gpu.js compiles kernels from text, which a minifier could break.

const SOFTWARE_GL = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
const NATIVE_GL = ['--use-gl=angle', '--use-angle=gl-egl', '--ignore-gpu-blocklist'];
const SOFTWARE_WEBGPU = [
  ...SOFTWARE_GL,
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
];

const root = fileURLToPath(new URL('../apps/dashboard/', import.meta.url));
let server: PreviewServer;

test.setTimeout(400_000);

test.beforeAll(async () => {
  server = await preview({
    root,
    configFile: false,
    logLevel: 'error',
    build: { outDir: path.join(root, 'dist') },
    preview: { port: 0, host: '127.0.0.1' },
  });
});

test.afterAll(() => server.close());

interface ConformancePage {
  readonly browser: Browser;
  readonly page: Page;
  readonly state: string;
}

/** Opens the page in a separate browser with these flags and waits until it has reached a verdict. */
async function open(
  options: LaunchOptions,
  flags: readonly string[],
  query: string,
): Promise<ConformancePage> {
  const browser = await chromium.launch({ ...options, args: [...(options.args ?? []), ...flags] });
  const page = await browser.newPage();
  await page.goto(new URL(`conformance.html${query}`, server.resolvedUrls!.local[0]).href);
  const decided = page.locator('body[data-state]:not([data-state=running])');
  // Half a minute on an idle machine; several on a busy one.
  await expect(decided).toBeAttached({ timeout: 360_000 });
  return { browser, page, state: (await page.locator('body').getAttribute('data-state'))! };
}

/** Reads the table as a person would: every case has a number for its error and the verdict "passed". */
async function expectEveryCasePassed(page: Page): Promise<void> {
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
}

test('WebGL 2 computes every op as the reference does, on WebGL 2 kernels', async ({ launchOptions }) => {
  let opened = await open(launchOptions, NATIVE_GL, '?mode=webgl2');
  if (opened.state === 'unavailable') {
    await opened.browser.close();
    opened = await open(launchOptions, SOFTWARE_GL, '?mode=webgl2');
  }
  await expect(opened.page.getByRole('status')).toContainText('gpu:webgl2 (WebGL2Kernel on ');
  await expectEveryCasePassed(opened.page);
  await opened.browser.close();
});

test('WebGPU computes every op as the reference does, on WebGPU kernels', async ({ launchOptions }) => {
  const { browser, page } = await open(launchOptions, SOFTWARE_WEBGPU, '?mode=webgpu');
  await expect(page.getByRole('status')).toContainText('gpu:webgpu (WebGPUKernel on ');
  await expectEveryCasePassed(page);
  await browser.close();
});

test('a context lost on the way is reported as lost', async ({ launchOptions }) => {
  const args = [...(launchOptions.args ?? []), ...SOFTWARE_GL];
  const browser = await chromium.launch({ ...launchOptions, args });
  const page = await browser.newPage();
  // What a driver reset does to every context of a page, at a moment that the test can choose.
  await page.addInitScript(() => {
    const contexts: WebGL2RenderingContext[] = [];
    const { getContext } = HTMLCanvasElement.prototype;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...args: unknown[]) {
      const context: unknown = Reflect.apply(getContext, this, args);
      if (context instanceof WebGL2RenderingContext) contexts.push(context);
      return context;
    } as typeof getContext;
    Object.assign(window, {
      loseContexts: () =>
        contexts.forEach((context) => context.getExtension('WEBGL_lose_context')?.loseContext()),
    });
  });
  await page.goto(new URL('conformance.html?mode=webgl2', server.resolvedUrls!.local[0]).href);
  await expect(page.locator('tbody tr').first()).toBeAttached({ timeout: 60_000 });
  await page.evaluate('loseContexts()');
  await expect(page.locator('body[data-state=failed]')).toBeAttached({ timeout: 120_000 });
  const verdict = page.locator('tbody tr:has-text("reshape as the result") td').last();
  await expect(verdict).toHaveText(/^failed: .*the WebGL context was lost/);
  await browser.close();
});

test('a browser without a GPU mode says so instead of computing on something else', async ({
  launchOptions,
}) => {
  const { browser, page, state } = await open(launchOptions, ['--disable-3d-apis'], '?mode=webgl2');
  expect(state).toBe('unavailable');
  await expect(page.getByRole('status')).toHaveText(
    /^gpu:webgl2 is unavailable: this browser gives no WebGL 2 context/,
  );
  await expect(page.locator('tbody tr')).toHaveCount(0);
  await browser.close();
});

test('without a mode the page lists what this browser has and why not the rest', async ({
  launchOptions,
}) => {
  const { browser, page } = await open(launchOptions, SOFTWARE_WEBGPU, '');
  const modes = page.getByRole('navigation', { name: 'GPU modes' });
  await expect(modes.getByRole('link', { name: 'gpu:webgpu' })).toHaveAttribute('href', '?mode=webgpu');
  await expect(modes.getByRole('listitem')).toHaveText([
    /^gpu:webgpu WebGPUKernel on /,
    /^gpu:webgl2 WebGL2Kernel on /,
    'gpu:headlessgl unavailable: headless GL needs Node; in a browser use webgpu or webgl2',
  ]);
  await browser.close();
});
