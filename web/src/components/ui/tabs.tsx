import * as Primitive from '@radix-ui/react-tabs'
import type { ReactNode } from 'react'
import { useUrl } from '@/lib/use-url'

interface TabsProps {
  label: string
  /** The parameter of the address that holds the choice. */
  param?: string
  tabs: { id: string; label: ReactNode; content: ReactNode }[]
}

/** Tabs whose choice is part of the address; the first is the default and leaves the address clean. */
export function UrlTabs({ label, tabs, param = 'tab' }: TabsProps) {
  const { get, set } = useUrl()
  const first = tabs[0]?.id ?? ''
  const value = tabs.some((t) => t.id === get(param)) ? get(param) : first
  return (
    <Primitive.Root value={value} onValueChange={(tab) => set({ [param]: tab === first ? null : tab })}>
      <Primitive.List aria-label={label} className="flex flex-wrap gap-x-1 border-b">
        {tabs.map((t) => (
          <Primitive.Trigger
            key={t.id}
            value={t.id}
            className="-mb-px h-10 shrink-0 border-b-2 border-transparent px-3 text-sm font-medium text-muted transition-colors hover:text-text focus-visible:outline-offset-[-2px] data-[state=active]:border-accent data-[state=active]:text-text touch:h-11"
          >
            {t.label}
          </Primitive.Trigger>
        ))}
      </Primitive.List>
      {tabs.map((t) => (
        <Primitive.Content key={t.id} value={t.id} className="pt-5" tabIndex={-1}>
          {t.content}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  )
}
