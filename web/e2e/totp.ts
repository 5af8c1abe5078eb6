import { createHmac } from 'node:crypto'
import type { Page } from '@playwright/test'
import { expect } from './support'

export const STEP_MS = 30_000

/** The code that an app with this key shows (RFC 6238). */
export function code(key: string, at = Date.now()): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...key].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const bytes = bits.match(/.{8}/g) ?? []
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / STEP_MS)))
  const tag = createHmac('sha1', Buffer.from(bytes.map((byte) => parseInt(byte, 2))))
    .update(counter)
    .digest()
  const number = tag.readUInt32BE((tag[19] ?? 0) & 15) & 0x7fff_ffff
  return String(number % 1_000_000).padStart(6, '0')
}

/** Adds an authenticator app on the page of a person's security; returns its key. */
export async function addApp(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Add an app' }).click()
  const setup = page.getByRole('dialog', { name: 'Add an authenticator app' })
  const shown = (await setup.getByRole('button', { name: 'Copy key' }).textContent()) ?? ''
  const key = shown.replace(/[^A-Z2-7]/g, '')
  await setup.getByLabel('Code').fill(code(key))
  await setup.getByRole('button', { name: 'Add the app' }).click()
  await expect(setup).toBeHidden()
  return key
}
