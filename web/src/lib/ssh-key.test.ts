import { describe, expect, it } from 'vitest'
import { holdsPrivateKey, looksLikePublicKey } from '@/lib/ssh-key'

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ5dGVzYnl0ZXNieXRlc2J5dGVzYnl0ZXNieXRlc2J5'

describe('a public key', () => {
  it.each([KEY, `${KEY} ada@laptop`, `${KEY} Ada Lovelace, laptop`, `${KEY.slice(0, 50)}\r\n${KEY.slice(50)} ada`])(
    'is %s',
    (text) => {
      expect(looksLikePublicKey(text)).toBe(true)
    },
  )

  it.each([
    '',
    'correct horse battery',
    'ssh-ed25519',
    KEY.slice(0, 30),
    KEY.replace('ssh-ed25519 ', 'ssh-rsa '),
    `${KEY} ada\nssh-ed25519 more`,
    `${KEY}\ncorrect horse battery`,
    `ssh-ed25519 ${'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMw'}`,
  ])('is not %j', (text) => {
    expect(looksLikePublicKey(text)).toBe(false)
  })
})

it.each([
  '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n',
  '-----BEGIN RSA PRIVATE KEY-----',
  '-----BEGIN ENCRYPTED PRIVATE KEY-----',
  'PuTTY-User-Key-File-3: ssh-ed25519',
  'Private-Lines: 1',
  'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAE',
])('knows the private key in %j', (text) => {
  expect(holdsPrivateKey(text)).toBe(true)
  expect(holdsPrivateKey(KEY)).toBe(false)
})
