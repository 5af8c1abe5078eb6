/** What rows of the release before call by another name. For one release: then this file goes, and each use of it. */
const FORMER_KINDS: Record<string, string> = {
  'provider.validate': 'cloud.validate',
  'provider.watch': 'cloud.watch',
  'provider.reconcile': 'cloud.reconcile',
  'catalog.sync': 'cloud.sync',
}
const FORMER_NOUNS: Record<string, string> = { provider_account: 'cloud', catalog: 'cloud' }

export const kindNow = (kind: string) => FORMER_KINDS[kind] ?? kind
/** Of an entity's or a target's type, and of the first word of an event. */
export const nounNow = (noun: string) => FORMER_NOUNS[noun] ?? noun
