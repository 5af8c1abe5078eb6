import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { Link } from 'react-router'
import { CodeBlock } from '@/components/code-block'
import { Page } from '@/components/page'
import { QueryPanel } from '@/components/query-panel'
import { Segmented } from '@/components/segmented'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { mailSampleQuery, mailsQuery } from '@/features/mails/api/queries'
import { MailFrame } from '@/features/mails/components/mail-frame'
import type { MailKind, MailOfKind } from '@/lib/api/types'
import { cn } from '@/lib/cn'
import { useUrl } from '@/lib/use-url'

/** Every mail that the panel sends, with made-up values. */
export function MailsPage() {
  const query = useQuery(mailsQuery)
  const { get } = useUrl()
  return (
    <Page title="Mails" wide detail="What the panel sends, as it looks for your customers. The values are made up.">
      <QueryPanel query={query} loading={<Skeleton className="h-96 w-full rounded-lg" />}>
        {({ items }) => {
          const shown = items.find((mail) => mail.kind === get('kind')) ?? items[0]
          if (!shown) return null
          return (
            <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-[20rem_minmax(0,1fr)]">
              <Kinds mails={items} current={shown.kind} />
              <Sample key={shown.kind} kind={shown.kind} />
            </div>
          )
        }}
      </QueryPanel>
    </Page>
  )
}

function Kinds({ mails, current }: { mails: MailOfKind[]; current: MailKind }) {
  return (
    <nav
      aria-label="Kinds of mail"
      className="max-h-[60dvh] overflow-y-auto rounded-lg border bg-surface p-2 lg:max-h-none"
    >
      <ul className="grid gap-0.5">
        {mails.map((mail) => (
          <li key={mail.kind}>
            <Link
              to={`?kind=${mail.kind}`}
              replace
              preventScrollReset
              aria-current={mail.kind === current ? 'page' : undefined}
              className={cn(
                'grid gap-0.5 rounded-md px-3 py-2 wrap-anywhere hover:bg-surface-2',
                mail.kind === current && 'bg-surface-2 font-medium',
              )}
            >
              {mail.subject}
              <span className="text-[13px] font-normal text-muted">{mail.when}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function Sample({ kind }: { kind: MailKind }) {
  const query = useQuery(mailSampleQuery(kind))
  const [as, setAs] = useState<'html' | 'text'>('html')
  const heading = useId()
  return (
    <Card aria-labelledby={heading}>
      <CardHeader
        id={heading}
        title={query.data?.subject ?? 'Mail'}
        detail={query.data?.when}
        action={
          <Segmented
            label="Show it as"
            value={as}
            onChange={setAs}
            options={[
              { value: 'html', label: 'HTML' },
              { value: 'text', label: 'Text' },
            ]}
          />
        }
      />
      <CardBody>
        <QueryPanel query={query} loading={<Skeleton className="h-96 w-full" />}>
          {(mail) =>
            as === 'html' ? (
              <MailFrame title={mail.subject} html={mail.html} />
            ) : (
              <CodeBlock label="The mail as text" what="text" text={mail.text} />
            )
          }
        </QueryPanel>
      </CardBody>
    </Card>
  )
}
