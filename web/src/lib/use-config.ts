import { useQuery } from '@tanstack/react-query'
import { configQuery } from '@/lib/api/queries'
import type { Config } from '@/lib/api/types'

/** Used until the API has answered. */
const FALLBACK_CONFIG: Config = {
  company_name: 'Control panel',
  support_email: '',
  currency: 'USD',
  logo_url: null,
  hue: 262,
  min_password_length: 12,
  no_passkeys_because: '',
  sign_in_with: null,
  registration: 'open',
  payments: false,
}

/** The platform's settings; a fallback until they have loaded. */
export function useConfig() {
  return useQuery(configQuery).data ?? FALLBACK_CONFIG
}
