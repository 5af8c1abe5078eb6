/**
 * Checks a ledger that was downloaded with its proofs, in the browser and without the panel. It is the same as
 * docs/verify_ledger.py; docs/ledger.md describes the text that each hash covers.
 */

const FORMAT = 'skypanel ledger 1'
const GENESIS = '0'.repeat(64)
/** After so many reasons, more of them do not help. */
const MAX_WRONG = 20
/** Entries that are checked before the page may draw again. */
const BREATH = 500

export interface Verified {
  /** How many entries there are. */
  entries: number
  /** The hash of the last one. */
  head: string
  /** What is wrong, as sentences; empty when all is right. */
  wrong: string[]
  /** The balance of the wallet after the last entry, in micro-units. */
  wallet: bigint
}

interface Head {
  entry: number
  hash: string
}

interface Entry extends Head {
  text: string
  usage: string
}

interface Posting {
  kind: string
  whose: string
  currency: string
  micros: bigint
  after: bigint | null
}

export class NotALedger extends Error {}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function parsePosting(value: string): Posting {
  const [, kind = '', whose = '', currency = '', micros = '', after = '-'] = value.split(' ')
  return { kind, whose, currency, micros: BigInt(micros), after: after === '-' ? null : BigInt(after) }
}

function read(text: string): { members: Map<string, string>; postings: Posting[] } {
  const members = new Map<string, string>()
  const postings: Posting[] = []
  for (const line of text.split('\n')) {
    const at = line.indexOf(':')
    const [name, value] = [line.slice(0, at), line.slice(at + 1)]
    if (name === 'posting') postings.push(parsePosting(value))
    else if (members.has(name)) throw new NotALedger(`the line ${name} appears twice`)
    else members.set(name, value)
  }
  return { members, postings }
}

/** What is wrong with an entry, apart from its hash. */
async function faults(entry: Entry, balances: Map<string, bigint>): Promise<string[]> {
  const wrong: string[] = []
  const { members, postings } = read(entry.text)
  const sums = new Map<string, bigint>()
  for (const { kind, whose, currency, micros, after } of postings) {
    sums.set(currency, (sums.get(currency) ?? 0n) + micros)
    if (whose !== 'own') continue
    const key = `${kind} ${currency}`
    const balance = (balances.get(key) ?? 0n) + micros
    balances.set(key, balance)
    if (after !== null && after !== balance)
      wrong.push(`the balance of the ${kind} does not follow from the one before`)
  }
  if ([...sums.values()].some((sum) => sum !== 0n)) wrong.push('its sides do not sum to zero')
  const [count, digest] = (members.get('usage') ?? '').split(' ')
  const hours = entry.usage.split('\n').filter((hour) => hour !== '')
  if (String(hours.length) !== count || (await sha256(entry.usage)) !== digest) {
    wrong.push('its charged hours are not those that were sealed')
  }
  const total = (values: bigint[]) => values.reduce((sum, value) => sum + value, 0n)
  const earned = total(
    postings.filter(({ kind }) => kind === 'revenue' || kind === 'tax_due').map(({ micros }) => micros),
  )
  const charged = total(hours.map((hour) => BigInt(hour.split(' ')[2] ?? '0')))
  if (members.get('kind') === 'usage' && earned !== charged) {
    wrong.push('its charged hours do not sum to what was charged')
  }
  return wrong
}

function parse<T>(line: string): T {
  try {
    return JSON.parse(line) as T
  } catch {
    throw new NotALedger('a line is not complete: download the file again')
  }
}

/** The heads that a person typed, one a line, as documents say them: `812:5e5e…`. */
export function parseHeads(text: string): Head[] | null {
  const heads = text
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => /^(?:org_[0-9a-z]+:)?(\d+):([0-9a-fA-F]{64})$/.exec(word))
  if (heads.some((match) => match === null)) return null
  return heads.map((match) => ({ entry: Number(match?.[1]), hash: (match?.[2] ?? '').toLowerCase() }))
}

/** Checks the text of a file; `held` are heads of documents that were kept. */
export async function verifyLedger(text: string, held: Head[] = []): Promise<Verified> {
  const lines = text.split('\n').filter((line) => line !== '')
  const first = parse<{ format?: string; chain: string; head: Head }>(lines[0] ?? '')
  if (first.format !== FORMAT) throw new NotALedger('this file is no ledger with proofs')
  const wrong: string[] = []
  const balances = new Map<string, bigint>()
  const known = new Map<number, string>()
  let [seq, previous] = [0, GENESIS]
  for (const line of lines.slice(1)) {
    const entry = parse<Entry>(line)
    if (entry.entry !== seq + 1) wrong.push(`Entry ${entry.entry} follows entry ${seq}`)
    seq = entry.entry
    const words = `${FORMAT}\nchain:${first.chain}\nseq:${seq}\nprevious:${previous}\n${entry.text}`
    if ((await sha256(words)) !== entry.hash) wrong.push(`Entry ${seq}: its hash does not cover what it says`)
    for (const fault of await faults(entry, balances)) wrong.push(`Entry ${seq}: ${fault}`)
    previous = entry.hash
    known.set(seq, previous)
    if (wrong.length > MAX_WRONG) break
    if (seq % BREATH === 0) await new Promise((resolve) => setTimeout(resolve))
  }
  if (wrong.length <= MAX_WRONG && (first.head.entry !== seq || first.head.hash !== previous)) {
    wrong.push('The last entry is not the head: something is missing')
  }
  for (const { entry, hash } of held) {
    if (known.get(entry) !== hash)
      wrong.push(`Your document with entry ${entry} has another hash: the past was rewritten`)
  }
  return { entries: seq, head: previous, wrong: wrong.slice(0, MAX_WRONG), wallet: balances.get('wallet USD') ?? 0n }
}
