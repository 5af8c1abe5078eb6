import { describe, expect, it } from 'vitest'
import { NotALedger, parseHeads, verifyLedger } from '@/features/ledger/verify'
import REAL from '@/features/ledger/ledger.ndjson?raw'

/** `REAL` was downloaded from a panel in a test, as it came. */

const headOf = (text: string) =>
  (JSON.parse(text.split('\n')[0] ?? '') as { head: { entry: number; hash: string } }).head

describe('a ledger that was downloaded', () => {
  it('is right, up to its head', async () => {
    const { entries, head, wrong } = await verifyLedger(REAL)
    expect(wrong).toEqual([])
    expect({ entry: entries, hash: head }).toEqual(headOf(REAL))
  })

  it('agrees with the head of a document that was kept, and not with another one', async () => {
    const held = headOf(REAL)
    expect((await verifyLedger(REAL, [held])).wrong).toEqual([])
    const { wrong } = await verifyLedger(REAL, [{ ...held, hash: 'ab'.repeat(32) }])
    expect(wrong).toEqual([`Your document with entry ${held.entry} has another hash: the past was rewritten`])
  })

  it.each([
    ['an amount', (text: string) => text.replace(' 100000000 100000000', ' 100000001 100000001')],
    ['an hour', (text: string) => text.replace(/"usage":"(?=[0-9a-f])/, '"usage":"9')],
    ['a cause', (text: string) => text.replace('cause:seed', 'cause:weed')],
    ['a missing end', (text: string) => `${text.split('\n').slice(0, 4).join('\n')}\n`],
    ['a missing entry', (text: string) => text.split('\n').toSpliced(2, 1).join('\n')],
  ])('is refused where %s was changed', async (_, spoil) => {
    const twin = spoil(REAL)
    expect(twin).not.toBe(REAL)
    expect((await verifyLedger(twin)).wrong.length).toBeGreaterThan(0)
  })

  it('is no ledger when it is another file, or was cut within a line', async () => {
    await expect(verifyLedger('{"format":"another"}\n')).rejects.toThrow(NotALedger)
    await expect(verifyLedger(REAL.slice(0, -40))).rejects.toThrow(NotALedger)
    await expect(verifyLedger('')).rejects.toThrow(NotALedger)
  })
})

it('reads heads as documents say them', () => {
  const hash = '5e'.repeat(32)
  expect(parseHeads(`812:${hash}\n org_01k9:7:${hash.toUpperCase()} `)).toEqual([
    { entry: 812, hash },
    { entry: 7, hash },
  ])
  expect(parseHeads('')).toEqual([])
  expect(parseHeads('812')).toBeNull()
})
