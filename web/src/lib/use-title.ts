import { useEffect } from 'react'
import { useConfig } from '@/lib/use-config'

export function useTitle(title: string): void {
  const { company_name } = useConfig()
  useEffect(() => {
    document.title = `${title} · ${company_name}`
  }, [title, company_name])
}
