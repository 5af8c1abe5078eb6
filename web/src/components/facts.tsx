import type { ReactNode } from 'react'

/** Names and values in two columns. */
export function Facts({ items }: { items: [name: string, value: ReactNode][] }) {
  return (
    <dl className="grid grid-cols-[minmax(6.5rem,max-content)_1fr] gap-x-6 gap-y-2.5">
      {items.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0 wrap-anywhere [&_time]:whitespace-normal">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
