import { useQuery } from '@tanstack/react-query'
import { configQuery } from '@/lib/api/queries'
import type { Config } from '@/lib/api/types'

/** Where the platform's name stands until the server told it. */
const FALLBACK_CONFIG: Config = {
  company_name: 'Control panel',
  support_email: '',
  currency: 'USD',
  logo_url: null,
  hue: 262,
  min_password_length: 12,
}

/** The platform's settings; their fallback until they came. */
export function useConfig() {
  return useQuery(configQuery).data ?? FALLBACK_CONFIG
}
