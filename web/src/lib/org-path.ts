/** Where an organisation's pages are. */
const BASE = /^\/o\/([^/]+)(\/.*)?$/

/** Whether this is an organisation's id, such as the first part of its queries' keys. */
export const isOrgId = (word: string): boolean => word.startsWith('org_')

/** The address of an organisation's page: `orgPath('org_1', '/wallet')`. */
export const orgPath = (org: string, path: string): string => `/o/${org}${path}`

/** The organisation that an address names. */
export const orgOf = (pathname: string): string | null => BASE.exec(pathname)?.[1] ?? null

/** The address within its organisation, `/servers/vps_1`; null for a page that belongs to none. */
export const withinOrg = (pathname: string): string | null => {
  const found = BASE.exec(pathname)
  return found ? (found[2] ?? '/') : null
}

/** The same place in another organisation: its list where the page is about one of the former's things. */
export function samePlace(pathname: string, org: string): string {
  const [section = '', tab = ''] = (withinOrg(pathname) ?? '').split('/').slice(1)
  return orgPath(
    org,
    section === '' ? '/dashboard' : section === 'settings' && tab ? `/settings/${tab}` : `/${section}`,
  )
}
