// Prints an API key of a person who may do everything with servers. node key.mjs BASE_URL EMAIL PASSWORD
import { signIn } from './panel.mjs'

const DAY_MS = 24 * 60 * 60 * 1000
const scopes = ['vps:read', 'vps:create', 'vps:use', 'vps:delete', 'wallet:read']
const { call } = await signIn(...process.argv.slice(2))
const expires_at = new Date(Date.now() + DAY_MS).toISOString()
const { text } = await call('POST', '/api/keys', { name: 'judged', scopes, expires_at })
console.log(text)
