import { defineConfig } from '@playwright/test'
import common from './playwright.config.ts'

/** `./dev prove pages` and the stage `pages`: the pages are only read, so several are walked at once. */
export default defineConfig(common, {
  testMatch: ['pages/*.spec.ts', '08-weight.spec.ts'],
  testIgnore: [],
  globalSetup: './e2e/pages/stage.ts',
  workers: 2,
  fullyParallel: true,
  // Their copies would take longer than the walk.
  use: { ...common.use, trace: 'off' },
  reporter: [['line'], ['./e2e/pages/figures.ts']],
})
