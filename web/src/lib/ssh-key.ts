/** A public key in OpenSSH's one-line form; a terminal that wraps lines breaks the blob when one copies it. */
const LINE = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-\S+|sk-\S+)\s+([A-Za-z0-9+/\r\n]{32,}={0,2})(?: [^\r\n]*)?$/
/** What only a private key has: PEM, PuTTY's file, and OpenSSH's and PKCS#8's blobs without their frame. */
const PRIVATE =
  /PRIVATE KEY|PuTTY-User-Key-File|Private-(?:Lines|MAC|Hash)|b3BlbnNzaC1rZXktdjE|^MIIEv|^MC4CAQAwBQYDK2Vw/m

/** Whether a text holds a private key, or a piece of one that says so. */
export const holdsPrivateKey = (text: string): boolean => PRIVATE.test(text)

/** The fields of a blob, each with its length in four bytes before it (RFC 4251, 5); null when they do not fill it. */
function fieldsOf(blob: string): string[] | null {
  const fields: string[] = []
  let at = 0
  while (at + 4 <= blob.length) {
    const length = [0, 1, 2, 3].reduce((sum, n) => sum * 256 + blob.charCodeAt(at + n), 0)
    fields.push(blob.slice(at + 4, at + 4 + length))
    at += 4 + length
  }
  return at === blob.length ? fields : null
}

/** Whether a text is one public key: its blob is whole, and names its own algorithm first (RFC 4253, 6.6). */
export function looksLikePublicKey(text: string): boolean {
  const [, algorithm = '', blob = ''] = LINE.exec(text) ?? []
  if (algorithm === '' || holdsPrivateKey(text)) return false
  try {
    return fieldsOf(atob(blob.replace(/\s/g, '')))?.[0] === algorithm
  } catch {
    return false
  }
}
