import type { Page } from '@playwright/test'
import { confirmAddress, expect, expectAccessible, PASSWORD, refused, register, test, unique } from './support'
import { code, STEP_MS } from './totp'

/** A code that was not used yet: of the next step. */
async function nextCode(page: Page, key: string): Promise<string> {
  await page.waitForTimeout(STEP_MS - (Date.now() % STEP_MS) + 500)
  return code(key)
}

/**
 * A device that checks who holds it, and says yes; the answer says whether it does so by itself. The sign-in page
 * asks for passkeys from its beginning, and a device that always says yes would be quicker than any password.
 */
async function device(page: Page): Promise<(willing: boolean) => Promise<void>> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return async (enabled) => {
    await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
  }
}

/** A customer who may add factors. */
async function customer(page: Page): Promise<string> {
  const email = `${unique('hedy')}@customer.example`
  await register(page, email, unique('Org'))
  await confirmAddress(page, email)
  return email
}

async function typePassword(page: Page, email: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 })

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(heading(page, 'Sign in')).toBeVisible()
}

test.describe('second factors', () => {
  test.use({ expected: refused(400, 401, 403) })
  test.setTimeout(240_000)

  test('an app, recovery codes and a passkey: added, used, and taken away again', async ({ page }) => {
    const willing = await device(page)
    const email = await customer(page)
    await page.goto('/account/security')

    // The app: its key is read as a person would type it.
    await page.getByRole('button', { name: 'Add an app' }).click()
    const setup = page.getByRole('dialog', { name: 'Add an authenticator app' })
    await expect(setup.getByRole('img', { name: 'QR code of the key' })).toBeVisible()
    const key = ((await setup.getByRole('button', { name: 'Copy key' }).textContent()) ?? '').replace(/[^A-Z2-7]/g, '')
    await setup.getByLabel('Code').fill('000000')
    await setup.getByRole('button', { name: 'Add the app' }).click()
    await expect(setup.getByText(/This code is not right/)).toBeVisible()
    const shown = code(key)
    await setup.getByLabel('Code').fill(`${shown.slice(0, 3)} ${shown.slice(3)}`)
    await setup.getByRole('button', { name: 'Add the app' }).click()
    await expect(setup).toBeHidden()
    await expect(page.getByText(/Added on/)).toBeVisible()

    // Recovery codes, shown once.
    await page.getByRole('button', { name: 'Make codes' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Make codes' }).click()
    const codes = page.getByRole('dialog', { name: 'Your recovery codes' })
    await expect(codes.getByRole('listitem')).toHaveCount(10)
    const recovery = (await codes.getByRole('listitem').first().textContent()) ?? ''
    await expectAccessible(page, 'recovery codes')
    await codes.getByRole('button', { name: 'I have saved them' }).click()
    await expect(page.getByText('10 of 10 are left.')).toBeVisible()

    // A passkey.
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('Virtual device')
    await page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click()
    await expect(page.getByText('Virtual device')).toBeVisible()
    await expectAccessible(page, 'security')
    await willing(false)
    await signOut(page)

    // The password is not enough; a recovery code in small letters with spaces completes it.
    await typePassword(page, email)
    await expect(heading(page, 'Second factor')).toBeVisible()
    await expectAccessible(page, 'second factor')
    await page.getByRole('button', { name: 'Use a recovery code' }).click()
    await page.getByLabel('Recovery code').fill(recovery.toLowerCase().replaceAll('-', ' '))
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(heading(page, 'Dashboard')).toBeVisible()
    await signOut(page)

    // The app's code does too.
    await typePassword(page, email)
    await page.getByRole('button', { name: /authenticator app/ }).click()
    await page.getByLabel('Code from your authenticator app').fill(await nextCode(page, key))
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(heading(page, 'Dashboard')).toBeVisible()
    await signOut(page)

    // The passkey alone. The device is willing before it is asked by the button, but not before the form itself has
    // asked for passkeys: that question would be answered by itself.
    const offered = page.waitForResponse('**/api/auth/passkey/start')
    await page.goto('/sign-in')
    await offered
    await page.route('**/api/auth/passkey/start', async (route) => {
      await willing(true)
      await route.continue()
    })
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await expect(heading(page, 'Dashboard')).toBeVisible()
    await page.unroute('**/api/auth/passkey/start')
    await willing(false)

    // All of it goes again.
    await page.goto('/account/security')
    await page.getByRole('button', { name: 'Remove Virtual device' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await expect(page.getByRole('dialog')).toBeHidden()
    await expect(page.getByText('Virtual device')).toBeHidden()
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await expect(page.getByRole('button', { name: 'Add an app' })).toBeVisible()
    await signOut(page)
    await typePassword(page, email)
    await expect(heading(page, 'Dashboard')).toBeVisible()
  })

  test('an act that wants to know afresh who is there waits for the answer, and leaving it changes nothing', async ({
    page,
  }) => {
    await customer(page)
    await page.goto('/account/security')
    let stale = true
    await page.route('**/api/auth/totp', async (route) => {
      if (!stale) return route.fallback()
      await route.fulfill({
        status: 403,
        contentType: 'application/problem+json',
        json: { type: 'about:blank', status: 403, code: 'step_up_required', title: 'Not allowed', detail: 'Confirm.' },
      })
    })
    await page.getByRole('button', { name: 'Add an app' }).click()
    const asks = page.getByRole('dialog', { name: 'Confirm that it is you' })
    await asks.getByRole('button', { name: 'Close' }).click()
    await expect(page.getByText('You did not confirm that it is you')).toBeVisible()

    await page.getByRole('button', { name: 'Add an app' }).click()
    await asks.getByLabel('Your password').fill('not the password')
    await asks.getByRole('button', { name: 'Confirm' }).click()
    await expect(asks.getByText('this is not your password')).toBeVisible()
    await expectAccessible(page, 'step-up')
    stale = false
    await asks.getByLabel('Your password').fill(PASSWORD)
    await asks.getByRole('button', { name: 'Confirm' }).click()
    await expect(page.getByRole('dialog', { name: 'Add an authenticator app' })).toBeVisible()
  })
})
