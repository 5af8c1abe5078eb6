import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ComboFilter } from '@/components/combo-filter'
import { SearchField } from '@/components/search-field'
import { Button } from '@/components/ui/button'
import { Select } from '@/components/ui/select'
import { BY, SINCE, useAuditFilter } from '@/features/audit/filter'
import { ACT_NOUNS, ACT_OBJECTS } from '@/lib/acts'
import { customersQuery } from '@/lib/api/queries'
import type { AdminActivity } from '@/lib/api/types'
import { useDebounced } from '@/lib/use-debounced'

const MAX_CHOICES = 8

type Option = readonly [value: string, label: string]

/** Everything that the audit can be narrowed by; all of it in the address. */
export function AuditFilters({ rows }: { rows: AdminActivity[] }) {
  const { get, set, any, clear, filter } = useAuditFilter()
  const choose = (label: string, name: 'by' | 'event' | 'type' | 'since', empty: string, options: Option[]) => (
    <Select
      aria-label={label}
      className="sm:w-42"
      value={get(name)}
      onChange={(e) => set({ [name]: e.target.value, ...(name === 'type' ? { object: null } : {}) })}
    >
      <option value="">{empty}</option>
      {options.some(([value]) => value === get(name)) || !get(name) ? null : (
        <option value={get(name)}>{get(name)}</option>
      )}
      {options.map(([value, words]) => (
        <option key={value} value={value}>
          {words}
        </option>
      ))}
    </Select>
  )
  return (
    <div className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap sm:items-center">
      <div className="col-span-2 flex sm:contents">
        <SearchField label="Search words and reasons" />
      </div>
      {choose('By', 'by', 'By anybody', Object.entries(BY))}
      {choose('About', 'event', 'About anything', ACT_NOUNS)}
      {choose(
        'Object',
        'type',
        'On any object',
        ACT_OBJECTS.map((option) => option),
      )}
      {choose(
        'Time',
        'since',
        'Any time',
        Object.entries(SINCE).map(([word, { label }]) => [word, label] as const),
      )}
      <ActorFilter rows={rows} />
      <OrganisationFilter rows={rows} />
      {filter.entity_id ? (
        <Button className="max-w-full" onClick={() => set({ object: null })}>
          <span className="truncate">Object {rows[0]?.entity_label ?? filter.entity_id}</span>
          <span aria-hidden>×</span>
          <span className="sr-only">, remove this filter</span>
        </Button>
      ) : null}
      <label className="flex min-h-9 items-center gap-2 px-1 text-sm touch:min-h-11">
        <input
          type="checkbox"
          className="size-4 accent-(--accent)"
          checked={filter.reasoned === true}
          onChange={(e) => set({ reasoned: e.target.checked ? 'true' : null })}
        />
        With a reason
      </label>
      {any ? (
        <Button variant="ghost" onClick={clear}>
          Clear filters
        </Button>
      ) : null}
    </div>
  )
}

/** People who did something on this page; others by a click on their name further back. */
function ActorFilter({ rows }: { rows: AdminActivity[] }) {
  const { filter, set } = useAuditFilter()
  const [text, setText] = useState('')
  const people = new Map(rows.flatMap(({ actor }) => (actor ? [[actor.id, actor.name] as const] : [])))
  const options = [...people]
    .filter(([, name]) => name.toLowerCase().includes(text.trim().toLowerCase()))
    .slice(0, MAX_CHOICES)
    .map(([value, label]) => ({ value, label }))
  return (
    <ComboFilter
      label="Person"
      className="sm:w-40"
      chosen={filter.actor ? (people.get(filter.actor) ?? filter.actor) : ''}
      options={options}
      onText={setText}
      onPick={(actor) => set({ actor })}
    />
  )
}

function OrganisationFilter({ rows }: { rows: AdminActivity[] }) {
  const { filter, set } = useAuditFilter()
  const [text, setText] = useState<string | null>(null)
  const q = useDebounced((text ?? '').trim(), 150)
  const { data } = useQuery({ ...customersQuery({ limit: MAX_CHOICES, ...(q ? { q } : {}) }), enabled: text !== null })
  const options = (data?.items ?? []).map((c) => ({ value: c.org_id, label: c.name, detail: c.owner.email }))
  const named = rows.find((a) => a.organisation?.id === filter.org)?.organisation?.name
  const chosen = filter.org ? (named ?? options.find((o) => o.value === filter.org)?.label ?? filter.org) : ''
  return (
    <ComboFilter
      label="Customer"
      className="sm:w-44"
      chosen={chosen}
      options={options}
      onText={setText}
      onPick={(org) => set({ org })}
    />
  )
}
