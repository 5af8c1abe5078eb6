// Signs in at a running SkyPanel by the foreign issuer beside it, in truth and by every lie. As a browser does: pages are
// followed by their redirects, and each site has its own cookies.
// node judge.mjs PANEL ISSUER CUSTOMER_EMAIL PASSWORD [LIE]; with a lie it tries that one alone, as if it were the truth.
import assert from 'node:assert/strict'

const [panel, issuer, email, password, only] = process.argv.slice(2)
const MAX_STEPS = 12

class Browser {
  #cookies = new Map()

  async #send(url, options = {}) {
    const { origin } = new URL(url)
    const jar = this.#cookies.get(origin) ?? new Map()
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...options.headers, ...(cookie && { cookie }) }
    const response = await fetch(url, { ...options, headers, redirect: 'manual', signal: AbortSignal.timeout(20_000) })
    for (const line of response.headers.getSetCookie()) {
      const [pair, ...flags] = line.split(';')
      const at = pair.indexOf('=')
      const gone = flags.some((flag) => /^\s*max-age=0$/i.test(flag) || /^\s*expires=.*1970/i.test(flag))
      if (gone) jar.delete(pair.slice(0, at))
      else jar.set(pair.slice(0, at), pair.slice(at + 1))
    }
    this.#cookies.set(origin, jar)
    return response
  }

  /** A call of one of the panel's own pages. */
  async call(method, path, body) {
    const headers = { origin: panel, ...(body && { 'content-type': 'application/json' }) }
    const response = await this.#send(panel + path, { method, headers, body: body && JSON.stringify(body) })
    const text = await response.text()
    return { status: response.status, body: text ? JSON.parse(text) : null }
  }

  /** Follows an address until a page of the panel that is no step of the sign-in. Returns its path. */
  async follow(address) {
    for (let step = 0, url = address; step < MAX_STEPS; step += 1) {
      if (url.startsWith(panel) && !url.startsWith(`${panel}/api/`)) return url.slice(panel.length)
      const response = await this.#send(url)
      const to = response.headers.get('location')
      assert.ok(to, `${url} leads nowhere: ${response.status} ${(await response.text()).slice(0, 300)}`)
      url = new URL(to, url).href
    }
    throw new Error(`still elsewhere after ${MAX_STEPS} steps`)
  }

  /** To the issuer and back. Returns the word that came of it. */
  async go(path) {
    const left = await this.call('POST', path, {})
    assert.equal(left.status, 200, JSON.stringify(left.body))
    const back = await this.follow(left.body.address)
    return { word: new URL(back, panel).searchParams.get('oidc'), address: new URL(left.body.address) }
  }

  /** Another person sits down at the issuer's page. */
  forgetIssuer() {
    this.#cookies.delete(issuer)
  }

  async me() {
    const { status, body } = await this.call('GET', '/api/auth/me')
    return status === 200 ? body.user : null
  }
}

async function steer(order) {
  const response = await fetch(`${issuer}/judge`, { method: 'POST', body: JSON.stringify(order) })
  return response.json()
}

const person = (sub, more = {}) => ({ sub, email: `${sub}@foreign.example`, email_verified: true, name: 'Frida Foreign', ...more })

/** Comes as this person in a browser of their own. */
async function come(who) {
  await steer({ person: who })
  const browser = new Browser()
  const { word, address } = await browser.go('/api/auth/oidc/start')
  return { browser, word, address }
}

async function truth() {
  const first = await come(person('truth'))
  assert.equal(first.word, 'signed_in')
  const user = await first.browser.me()
  assert.deepEqual([user.email, user.email_verified, user.name], ['truth@foreign.example', true, 'Frida Foreign'])
  assert.equal(first.address.searchParams.get('code_challenge_method'), 'S256')
  const again = await come(person('truth', { email: 'moved@foreign.example' }))
  assert.equal((await again.browser.me()).id, user.id, 'the same person, whatever their address')
  const doubtful = await come(person('doubtful', { email_verified: false }))
  assert.equal((await doubtful.browser.me()).email_verified, false, 'our own mail confirms it')
  const victim = await come(person('villain', { email }))
  assert.deepEqual([victim.word, await victim.browser.me()], ['oidc_email_taken', null])
  return first.browser
}

async function lies(list) {
  for (const lie of list) {
    await steer({ lie })
    const { browser, word } = await come(person(`liar-${lie}`))
    assert.equal(word, 'oidc_refused', `${lie}: ${word}`)
    assert.equal(await browser.me(), null, lie)
    console.log('refused:', lie)
  }
  await steer({ lie: null })
}

async function keys() {
  for (const key of ['RS256', 'ES256', 'PS256']) {
    const { kid } = await steer({ key })
    assert.equal((await come(person('truth'))).word, 'signed_in', `a new key ${kid}`)
    console.log('taken: a new key', key)
  }
}

/** Who has nothing but the issuer shows there again who they are. */
async function again(browser) {
  await steer({ person: person('truth') })
  const before = await steer({})
  const { word, address } = await browser.go('/api/auth/oidc/verify')
  assert.deepEqual([address.searchParams.get('max_age'), address.searchParams.get('prompt')], ['0', 'login'])
  assert.equal(word, 'verified')
  assert.equal((await steer({})).logins, before.logins + 1, 'they were asked')
  await steer({ person: person('truth-twin') })
  browser.forgetIssuer()
  assert.equal((await browser.go('/api/auth/oidc/verify')).word, 'oidc_other_person')
}

async function linking() {
  const browser = new Browser()
  assert.equal((await browser.call('POST', '/api/auth/login', { email, password })).status, 200)
  await steer({ person: person('linked') })
  assert.equal((await browser.go('/api/auth/identities')).word, 'linked')
  assert.equal((await (await come(person('linked'))).browser.me()).email, email)
  const other = new Browser()
  assert.equal((await other.call('POST', '/api/auth/login', { email, password })).status, 200)
  await steer({ person: person('truth') })
  assert.equal((await other.go('/api/auth/identities')).word, 'identity_taken')
}

if (only) {
  await steer({ lie: only })
  const { word } = await come(person('believed'))
  await steer({ lie: null })
  assert.equal(word, 'signed_in')
}
const browser = await truth()
await lies(['issuer', 'audience', 'nonce', 'none', 'secret', 'key', 'expired'])
await again(browser)
await linking()
await keys()
console.log('OIDC OK')
