import { defineConfig } from '@playwright/test'

/**
 * Against a running panel and its simulators; see e2e/support.ts for the environment it reads.
 * Debian's Chromium: Playwright's own download is not used.
 */
export default defineConfig({
  testDir: 'e2e',
  // These have a config of their own.
  testIgnore: ['pages/**', '08-weight.spec.ts'],
  outputDir: 'test-results',
  // One cloud behind all of it: faults of one test would reach another.
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    baseURL: process.env.E2E_BASE_URL ?? 'http://127.0.0.1:3001',
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    actionTimeout: 15_000,
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
})
