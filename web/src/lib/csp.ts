import { setNonce } from 'get-nonce'

/** Style tags that primitives add at run time carry the page's nonce, or the policy would drop them. */
export function adoptNonce(): void {
  const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')
  const nonce = meta?.nonce ?? meta?.getAttribute('nonce')
  if (nonce) setNonce(nonce)
}
