import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/browser'
import { Problem } from '@/lib/api/problem'

/** The library comes when it is needed: most pages never do. */
const library = () => import('@simplewebauthn/browser')

/** Whether this browser can use passkeys here: not an old one, and not over plain http. */
export const hasPasskeys = (): boolean =>
  globalThis.isSecureContext !== false && typeof globalThis.PublicKeyCredential === 'function'

/** Whether the browser can offer passkeys among what it fills into the field for the address. */
export async function canFillIn(): Promise<boolean> {
  if (!hasPasskeys()) return false
  // Asked without the library: it would weigh on the sign-in page of browsers that cannot.
  const { PublicKeyCredential: passkeys } = globalThis
  return 'isConditionalMediationAvailable' in passkeys && passkeys.isConditionalMediationAvailable()
}

/** What the API says, as the library takes it: the API checks it, so nothing is checked here. */
type Options = object
/** The browser's own type for the same. */
type NativeOptions = globalThis.PublicKeyCredentialRequestOptionsJSON

/** Has the browser make a passkey. */
export async function makePasskey(options: Options): Promise<RegistrationResponseJSON> {
  const { startRegistration } = await library()
  return inWords(() => startRegistration({ optionsJSON: options as PublicKeyCredentialCreationOptionsJSON }))
}

/** How many ceremonies run that the person asked for. */
let askedFor = 0

/**
 * Has the browser show a passkey. One ceremony at a time: a newer one ends the one before. But an offer to fill in,
 * whose question was long on its way, never ends what the person asked for meanwhile.
 */
export async function showPasskey(options: Options, fillIn = false): Promise<AuthenticationResponseJSON> {
  if (fillIn) {
    if (askedFor > 0) throw problemOf(new DOMException('The person asked for another one', 'AbortError'))
    return ceremonyOf(options, true)
  }
  askedFor += 1
  try {
    return await ceremonyOf(options, false)
  } finally {
    askedFor -= 1
  }
}

async function ceremonyOf(options: Options, fillIn: boolean): Promise<AuthenticationResponseJSON> {
  // What the browser knows by itself does not weigh on the sign-in page.
  if (readsJson()) return inWords(() => showNatively(options, fillIn))
  const { startAuthentication } = await library()
  const optionsJSON = options as PublicKeyCredentialRequestOptionsJSON
  return inWords(() => startAuthentication({ optionsJSON, useBrowserAutofill: fillIn }))
}

/** Whether the browser reads and writes the JSON of a ceremony (WebAuthn level 3). */
const readsJson = () => 'parseRequestOptionsFromJSON' in globalThis.PublicKeyCredential

let ceremony = new AbortController()

async function showNatively(options: Options, fillIn: boolean) {
  ceremony.abort()
  ceremony = new AbortController()
  const shown = await navigator.credentials.get({
    publicKey: globalThis.PublicKeyCredential.parseRequestOptionsFromJSON(options as NativeOptions),
    signal: ceremony.signal,
    ...(fillIn ? { mediation: 'conditional' as const } : {}),
  })
  return (shown as PublicKeyCredential).toJSON() as AuthenticationResponseJSON
}

/** Ends a ceremony that waits, as when its page is left. */
export async function stopCeremony(): Promise<void> {
  if (!hasPasskeys()) return
  if (readsJson()) ceremony.abort()
  else (await library()).WebAuthnAbortService.cancelCeremony()
}

/** A ceremony that another one, or leaving the page, has ended: no person needs to hear of it. */
export const CEREMONY_STOPPED = 'passkey_stopped'

const WORDS: Record<string, string> = {
  NotAllowedError: 'Your browser showed no passkey: it was closed, took too long, or found none for this address.',
  InvalidStateError: 'This device has a passkey for your account already. Use that one, or add one of another device.',
  NotSupportedError: 'This device can make no passkey that is good enough. Use another device.',
  SecurityError: 'Your browser makes no passkeys at this address.',
}

async function inWords<T>(shown: () => Promise<T>): Promise<T> {
  try {
    return await shown()
  } catch (error) {
    throw problemOf(error)
  }
}

function problemOf(error: unknown): Problem {
  const name = nameOf(error)
  const stopped = name === 'AbortError'
  return new Problem({
    status: 0,
    code: stopped ? CEREMONY_STOPPED : 'passkey_not_shown',
    title: 'No passkey was used',
    detail: WORDS[name] ?? 'Your browser could not use a passkey. Try again, or use another way.',
  })
}

/** The browser's own name for it: the library wraps it. */
function nameOf(error: unknown): string {
  if (error instanceof DOMException) return error.name
  if (!(error instanceof Error)) return ''
  const { cause } = error
  if (error.name === 'WebAuthnError' && cause instanceof Error) return cause.name
  return error.name
}
