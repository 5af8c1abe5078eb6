import { OrgLink } from '@/components/org-link'
import { cn } from '@/lib/cn'

const CHIP =
  'inline-flex min-h-6 max-w-full items-center rounded-full border bg-surface-2 px-2.5 text-xs text-muted hover:border-line hover:text-text'

/** Each leads to the servers with that tag. */
export function TagLinks({ tags, className }: { tags: string[]; className?: string }) {
  return (
    <ul aria-label="Tags" className={cn('flex flex-wrap gap-1.5', className)}>
      {tags.map((tag) => (
        <li key={tag} className="flex min-w-0">
          <OrgLink to={`/servers?tag=${tag}`} className={CHIP}>
            <span className="truncate" title={tag}>
              {tag}
            </span>
          </OrgLink>
        </li>
      ))}
    </ul>
  )
}

const SHOWN = 2

/** In a row of the list: the first ones on one line, so that rows keep their height. */
export function RowTags({ tags, onChoose }: { tags: string[]; onChoose: (tag: string) => void }) {
  const rest = tags.slice(SHOWN)
  return (
    <span className="flex items-center gap-1.5">
      {tags.slice(0, SHOWN).map((tag) => (
        <button
          key={tag}
          type="button"
          className={cn(CHIP, 'max-w-28')}
          title={`Servers tagged ${tag}`}
          onClick={() => onChoose(tag)}
        >
          <span className="truncate">{tag}</span>
        </button>
      ))}
      {rest.length > 0 ? (
        <span className="text-xs text-muted" title={rest.join(', ')}>
          +{rest.length}
        </span>
      ) : null}
    </span>
  )
}
