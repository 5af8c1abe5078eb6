import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { configQuery } from '@/lib/api/queries'
import { FALLBACK_CONFIG } from '@/lib/config'

/** The platform's settings; their fallback until they came. */
export function useConfig() {
  return useQuery(configQuery).data ?? FALLBACK_CONFIG
}

export function useTitle(title: string): void {
  const { company_name } = useConfig()
  useEffect(() => {
    document.title = `${title} · ${company_name}`
  }, [title, company_name])
}
