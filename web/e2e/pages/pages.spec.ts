import { readFileSync } from 'node:fs'
import { expect } from '../support'
import { inspect } from './inspect'
import { addressOf, EXTENT, open, PAGES, test } from './walk'

/** In CI each route once for each person; the whole story has all that look different. */
const once = PAGES.filter(
  ({ person, route }, n) => PAGES.findIndex((other) => other.person === person && other.route === route) === n,
)
const played = {
  small: PAGES.filter(({ route }) => ['/sign-in', '/o/:org/servers'].includes(route)),
  part: once,
  whole: PAGES,
}[EXTENT]

for (const { person, path } of played) {
  test(`${path} for a ${person}`, async ({ as }) => {
    test.setTimeout(240_000)
    const page = await as(person)
    await open(page, path)
    // A payer who comes back is led on to the payment.
    const wanted = addressOf(path).replace(/#.*|\/(return|cancel)$/, '')
    await expect.poll(() => new URL(page.url()).pathname + new URL(page.url()).search, { timeout: 30_000 }).toBe(wanted)
    await inspect(page, `${path.replace(/:/g, '')}-${person}`)
  })
}

test('every route of the router is walked', () => {
  const router = readFileSync('src/app/router.tsx', 'utf8')
  const below = router.slice(router.indexOf("path: 'admin'"))
  const named = (text: string, before: string) =>
    [...text.matchAll(/page\((?:'([^']*)'|undefined),/g)].map(([, path]) =>
      path?.startsWith('/') ? path : path === undefined ? before || '/' : `${before}/${path}`,
    )
  const routes = [...named(router.slice(0, router.indexOf("path: 'admin'")), ''), ...named(below, '/admin')]
  expect(routes.length).toBeGreaterThan(12)
  expect(routes.filter((route) => route !== '/dev/gallery' && !PAGES.some((p) => p.route === route))).toEqual([])
})
