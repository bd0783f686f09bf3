import process from 'node:process';
import { defineConfig } from '@playwright/test';

// `npm test` finds the browser and names it here; without it Playwright's own is used.
const executablePath = process.env['GROKSCOPE_CHROMIUM'];
const isRootOnLinux = process.platform === 'linux' && process.getuid?.() === 0;

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results/e2e',
  // Each test trains a network, and otherwise waits for processes and pages: two at once fill two cores.
  workers: 2,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  timeout: 180_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: '../test-results/e2e.json' }]],
  use: {
    browserName: 'chromium',
    headless: true,
    // Without video: recording it took a tenth of the processor time of a test of the live page.
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        // Chromium's sandbox refuses to run as root.
        ...(isRootOnLinux ? ['--no-sandbox'] : []),
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
});
