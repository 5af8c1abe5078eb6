// An issuer of identities that nobody here wrote (npm oidc-provider), behind a door that can spoil what it answers:
// tokens are changed and signed again with the issuer's own key, so that nothing but the lie itself can give them away.
// node issuer.mjs PORT REDIRECT_URI CLIENT_ID CLIENT_SECRET
import { createServer } from 'node:http'
import { decodeJwt, exportJWK, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose'
import Provider from 'oidc-provider'

const [port, redirectUri, clientId, clientSecret] = process.argv.slice(2)
const issuer = `http://127.0.0.1:${port}`
const encoder = new TextEncoder()

/** Who signs in when a browser comes. */
let person = { sub: 'foreign-1', email: 'first@foreign.example', email_verified: true, name: 'Frida Foreign' }
let lie = null
let key
let provider
let logins = 0

async function renew(alg) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  key = { ...(await exportJWK(privateKey)), kid: `key-${alg}-${Date.now()}`, alg, use: 'sig' }
  provider = new Provider(issuer, {
    jwks: { keys: [key] },
    cookies: { keys: ['nothing real'] },
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        id_token_signed_response_alg: alg,
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256', 'EdDSA', 'PS256'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ ...person, sub: id }) }),
    // Everybody agrees to what the panel asks for.
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session.accountId })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
  })
}

/** What a token says instead. */
const changes = {
  issuer: () => ({ iss: 'http://127.0.0.1:1' }),
  audience: () => ({ aud: 'another-client' }),
  nonce: () => ({ nonce: 'of another question' }),
  expired: () => ({ exp: Math.floor(Date.now() / 1000) - 5 }),
}

async function spoiled(token) {
  const claims = { ...decodeJwt(token), ...changes[lie]?.() }
  if (lie === 'none') return new UnsecuredJWT(claims).encode()
  const header = { alg: key.alg, kid: key.kid }
  if (lie === 'secret') return new SignJWT(claims).setProtectedHeader({ ...header, alg: 'HS256' }).sign(encoder.encode(clientSecret))
  if (lie === 'key') {
    const { privateKey } = await generateKeyPair(key.alg)
    return new SignJWT(claims).setProtectedHeader(header).sign(privateKey)
  }
  return new SignJWT(claims).setProtectedHeader(header).sign(await importJWK(key, key.alg))
}

/** Holds an answer back until it was changed. */
function spoil(response) {
  const parts = []
  const head = {}
  const end = response.end.bind(response)
  response.write = (part) => parts.push(Buffer.from(part)) > 0
  response.writeHead = (status) => Object.assign(head, { status }) && response
  response.end = (part) => {
    if (part) parts.push(Buffer.from(part))
    void change(Buffer.concat(parts).toString()).then((text) => {
      response.statusCode = head.status ?? response.statusCode
      response.setHeader('content-length', Buffer.byteLength(text))
      delete response.writeHead
      delete response.write
      end(text)
    })
    return response
  }
}

async function change(text) {
  const answer = JSON.parse(text)
  if (answer.id_token) answer.id_token = await spoiled(answer.id_token)
  return JSON.stringify(answer)
}

async function steer(request, response) {
  const parts = []
  for await (const part of request) parts.push(part)
  const body = parts.length > 0 ? JSON.parse(Buffer.concat(parts).toString()) : {}
  if (body.person) person = body.person
  if ('lie' in body) lie = body.lie
  if (body.key) await renew(body.key)
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ logins, lie, kid: key.kid }))
}

await renew('RS256')
createServer(async (request, response) => {
  if (request.url === '/judge') return steer(request, response)
  if (request.url.startsWith('/interaction/')) {
    logins += 1
    return provider.interactionFinished(request, response, { login: { accountId: person.sub } })
  }
  if (request.url.startsWith('/token') && lie) spoil(response)
  return provider.callback()(request, response)
}).listen(Number(port), '127.0.0.1', () => console.log('the foreign issuer listens'))
