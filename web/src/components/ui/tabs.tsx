import * as Primitive from '@radix-ui/react-tabs'
import type { ReactNode } from 'react'
import { useUrl } from '@/lib/use-url'

interface TabsProps {
  label: string
  tabs: { id: string; label: ReactNode; content: ReactNode }[]
}

/** Tabs whose choice is `?tab=`; the first is the default and leaves the address clean. */
export function UrlTabs({ label, tabs }: TabsProps) {
  const { get, set } = useUrl()
  const first = tabs[0]?.id ?? ''
  const value = tabs.some((t) => t.id === get('tab')) ? get('tab') : first
  return (
    <Primitive.Root value={value} onValueChange={(tab) => set({ tab: tab === first ? null : tab })}>
      <Primitive.List aria-label={label} className="flex gap-1 overflow-x-auto border-b">
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
