/** Where to go after signing in: an address within these pages, never elsewhere. */
export function safeNext(next: string | null): string {
  if (!next?.startsWith('/') || /^\/[/\\]/.test(next)) return '/'
  const url = new URL(next, 'https://here.invalid')
  return url.origin === 'https://here.invalid' ? url.pathname + url.search : '/'
}
