/** Algorithms of public keys in OpenSSH's one-line form. */
const LINE = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-\S+|sk-\S+) ([A-Za-z0-9+/]{32,}={0,2})(?: [^\r\n]*)?$/
/** What only a private key has: PEM, PuTTY's file, and OpenSSH's and PKCS#8's blobs without their frame. */
const PRIVATE =
  /PRIVATE KEY|PuTTY-User-Key-File|Private-(?:Lines|MAC|Hash)|b3BlbnNzaC1rZXktdjE|^MIIEv|^MC4CAQAwBQYDK2Vw/m

/** Whether a text holds a private key, or a piece of one that says so. */
export const holdsPrivateKey = (text: string): boolean => PRIVATE.test(text)

/** Without the line breaks that pasting from a window makes; the server mends them in the same way. */
const mended = (text: string): string =>
  text
    .trim()
    .replace(/^(\S+)\s*\n\s*/, '$1 ')
    .replace(/\s*\n\s*/g, '')

/** Whether a text is one public key: its blob begins with the name of its own algorithm (RFC 4253, 6.6). */
export function looksLikePublicKey(text: string): boolean {
  const [, algorithm = '', blob = ''] = LINE.exec(mended(text)) ?? []
  if (algorithm === '' || holdsPrivateKey(text)) return false
  const length = String.fromCharCode(0, 0, 0, algorithm.length)
  try {
    return atob(blob).startsWith(length + algorithm)
  } catch {
    return false
  }
}
