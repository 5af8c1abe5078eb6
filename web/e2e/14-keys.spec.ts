import { expect, expectAccessible, refused, register, test, unique } from './support'

test.use({ expected: refused(400, 401, 403, 409) })

test('a key is made for one purpose, shown once, used, rotated and revoked', async ({ page, playwright, baseURL }) => {
  test.setTimeout(180_000)
  await register(page, `${unique('ada')}@customer.example`, unique('Org'))
  await page.goto('/account/keys')
  await expect(page.getByText('No API keys yet')).toBeVisible()
  const asks = async (key: string, path: string) => {
    const program = await playwright.request.newContext({
      ...(baseURL ? { baseURL } : {}),
      extraHTTPHeaders: { authorization: `Bearer ${key}` },
    })
    const { status } = await program.get(path).then((answer) => ({ status: answer.status() }))
    await program.dispose()
    return status
  }
  const shownKey = async () => {
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByText('Copy it now')).toBeVisible()
    const key = /sp_[0-9A-Za-z]{8}_[0-9A-Za-z]{30}_[0-9A-Za-z]{6}/.exec((await dialog.textContent()) ?? '')?.[0] ?? ''
    await expectAccessible(page, 'a key that was just made')
    await dialog.getByRole('button', { name: 'I have copied it' }).click()
    await expect(dialog).toBeHidden()
    return key
  }

  const first = await test.step('nothing chosen and a network without one’s own address are refused', async () => {
    await page.getByRole('button', { name: 'Create key' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Create key' }).click()
    await expect(dialog.getByText('Say where it is used.')).toBeVisible()
    await dialog.getByLabel('Name', { exact: true }).fill('Deployments')
    await dialog.getByLabel('Networks (optional)').fill('203.0.113.0/24')
    await dialog.getByRole('button', { name: 'Create key' }).click()
    await expect(dialog.getByText(/is not in the list/)).toBeVisible()
    await dialog.getByLabel('Networks (optional)').fill('')
    await dialog.getByRole('button', { name: 'Create key' }).click()
    return shownKey()
  })

  await test.step('it does what it was made for and nothing else, and the page tells when it was used', async () => {
    expect(await asks(first, '/api/vps')).toBe(200)
    expect(await asks(first, '/api/wallet')).toBe(403)
    await expect
      .poll(
        async () => {
          await page.reload()
          await expect(page.getByRole('table', { name: 'API keys' })).toBeVisible()
          return page.getByText('Never').count()
        },
        { timeout: 90_000 },
      )
      .toBe(0)
  })

  const next = await test.step('its successor works beside it', async () => {
    await page.getByRole('button', { name: 'Rotate Deployments' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Create new key' }).click()
    const next = await shownKey()
    expect(await asks(first, '/api/vps')).toBe(200)
    expect(await asks(next, '/api/vps')).toBe(200)
    return next
  })

  await test.step('revoked, it is refused within five seconds', async () => {
    // Both have the name; the one that was replaced offers no rotation.
    const living = page.getByRole('row').filter({ has: page.getByRole('button', { name: /^Rotate/ }) })
    await living.getByRole('button', { name: /^Revoke/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke key' }).click()
    await expect.poll(() => asks(next, '/api/vps'), { timeout: 5_000 }).toBe(401)
    expect(await asks(first, '/api/vps'), 'the older one has its own end').toBe(200)
  })
})
