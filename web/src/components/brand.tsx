import { Server } from 'lucide-react'
import { useConfig } from '@/lib/use-config'

/** The platform's logo, or a mark in its colour. */
export function BrandMark({ size = 28 }: { size?: number }) {
  const { logo_url, company_name } = useConfig()
  if (logo_url)
    return (
      <img
        src={logo_url}
        alt=""
        width={size}
        height={size}
        className="rounded-md object-contain"
        title={company_name}
      />
    )
  return (
    <span
      aria-hidden
      className="grid shrink-0 place-items-center rounded-md bg-primary text-on-primary"
      style={{ width: size, height: size }}
    >
      <Server style={{ width: size * 0.58, height: size * 0.58 }} />
    </span>
  )
}
