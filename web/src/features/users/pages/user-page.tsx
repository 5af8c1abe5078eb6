import { useQuery } from '@tanstack/react-query'
import { ScrollText, VenetianMask } from 'lucide-react'
import { Link, useParams } from 'react-router'
import { Ago, At } from '@/components/date-time'
import { CopyText } from '@/components/copy-text'
import { Facts } from '@/components/facts'
import { Page } from '@/components/page'
import { QueryPage } from '@/components/query-page'
import { Alert } from '@/components/ui/alert'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { userQuery } from '@/features/users/api/queries'
import { CreateOrganisationDialog } from '@/features/users/components/create-organisation-dialog'
import { ImpersonateDialog } from '@/features/users/components/impersonate-dialog'
import { UserDialogs } from '@/features/users/components/user-dialogs'
import { REFUSALS, ROLES, STATES } from '@/features/users/words'
import { byWays } from '@/lib/amr'
import type { AdminUser } from '@/lib/api/types'
import { useMe } from '@/lib/use-me'
import { useUrl, useUrlDialog } from '@/lib/use-url'

const BACK = { to: '/admin/users', label: 'Users' }

export function UserPage() {
  const { id = '' } = useParams()
  return (
    <QueryPage query={useQuery(userQuery(id))} title="User" back={BACK}>
      {(user) => <UserView user={user} />}
    </QueryPage>
  )
}

function UserView({ user }: { user: AdminUser }) {
  const impersonate = useUrlDialog('impersonate')
  const { set } = useUrl()
  const ask = (dialog: string) => () => set({ dialog }, { push: true })
  const own = useMe().user.id === user.id
  const visitable = !own && user.role !== 'admin' && (user.state === 'active' || user.state === 'unverified')
  const state = STATES[user.state]
  return (
    <Page
      title={user.name}
      back={BACK}
      detail={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Badge tone={state.tone}>{state.words}</Badge>
          {user.state === 'deleted' ? null : (
            <a href={`mailto:${user.email}`} className="text-accent hover:underline">
              {user.email}
            </a>
          )}
          <CopyText text={user.id} what="user ID" wrap className="text-xs" />
        </span>
      }
      actions={
        <>
          <Button asChild>
            <Link to={`/admin/audit?actor=${user.id}`}>
              <ScrollText aria-hidden className="size-4" /> Audit
            </Link>
          </Button>
          {visitable ? (
            <Button variant="primary" onClick={() => impersonate.onOpenChange(true)}>
              <VenetianMask aria-hidden className="size-4" /> Act as this user
            </Button>
          ) : null}
        </>
      }
    >
      {user.disabled_at ? (
        <Alert tone="danger" title="This account is disabled">
          Since <At at={user.disabled_at} />
          {user.disabled_reason ? <>: {user.disabled_reason}</> : null}. They cannot sign in, and their keys are void.
        </Alert>
      ) : null}
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5 lg:grid-cols-2">
        <Account user={user} />
        <Places user={user} onCreate={ask('create-organisation')} />
        <Sessions user={user} onEnd={ask('sessions')} />
        <Refusals user={user} />
        <Stays user={user} />
        {own || user.state === 'deleted' ? null : <Measures user={user} ask={ask} />}
      </div>
      <ImpersonateDialog user={user} {...impersonate} />
      <UserDialogs user={user} />
      <CreateOrganisationDialog user={user} />
    </Page>
  )
}

function Account({ user }: { user: AdminUser }) {
  return (
    <Card aria-labelledby="account">
      <CardHeader id="account" title="Account" />
      <CardBody>
        <Facts
          items={[
            ['Role', ROLES[user.role]],
            ['Registered', <At key="r" at={user.created_at} />],
            ['Address confirmed', user.email_verified_at ? <At key="v" at={user.email_verified_at} /> : 'Not yet'],
            ['Last seen', user.seen_at ? <Ago key="s" at={user.seen_at} /> : 'Never'],
            ['Language', user.locale],
            ['Time zone', user.time_zone],
          ]}
        />
      </CardBody>
    </Card>
  )
}

function Places({ user, onCreate }: { user: AdminUser; onCreate: () => void }) {
  const may = user.state === 'active' || user.state === 'unverified'
  return (
    <Card aria-labelledby="organisations">
      <CardHeader
        id="organisations"
        title="Organisations"
        action={
          may ? (
            <Button size="sm" onClick={onCreate}>
              Create organisation
            </Button>
          ) : null
        }
      />
      {user.organisations.length === 0 ? (
        <Nothing>They belong to no organisation.</Nothing>
      ) : (
        <ul>
          {user.organisations.map((place) => (
            <Row key={place.id} aside={<At at={place.joined_at} />}>
              <Link to={`/admin/customers/${place.id}`} className="font-medium hover:text-accent hover:underline">
                {place.name}
              </Link>{' '}
              <Badge>{place.role}</Badge>
            </Row>
          ))}
        </ul>
      )}
    </Card>
  )
}

function Sessions({ user, onEnd }: { user: AdminUser; onEnd: () => void }) {
  return (
    <Card aria-labelledby="sessions">
      <CardHeader
        id="sessions"
        title="Sessions"
        action={
          user.sessions.length > 0 ? (
            <Button size="sm" onClick={onEnd}>
              End all
            </Button>
          ) : null
        }
      />
      {user.sessions.length === 0 ? (
        <Nothing>They are signed in nowhere.</Nothing>
      ) : (
        <ul>
          {user.sessions.map((session) => (
            <Row key={session.id} aside={<Ago at={session.seen_at} />}>
              <span className="wrap-anywhere">{session.device}</span>
              <span className="block text-[13px] text-muted">
                {session.ip ?? 'Unknown address'}
                {byWays(session.amr)}
                {session.support ? ` · ${session.support}, in their place` : ''}
              </span>
            </Row>
          ))}
        </ul>
      )}
    </Card>
  )
}

function Refusals({ user }: { user: AdminUser }) {
  return (
    <Card aria-labelledby="refused">
      <CardHeader id="refused" title="Refused lately" />
      {user.refused.length === 0 ? (
        <Nothing>Nothing was refused to them.</Nothing>
      ) : (
        <ul>
          {user.refused.map((refusal) => (
            <Row key={`${refusal.kind}${refusal.last_at}${refusal.ip ?? ''}`} aside={<Ago at={refusal.last_at} />}>
              {REFUSALS[refusal.kind]}
              {refusal.count > 1 ? `, ${refusal.count} times` : ''}
              <span className="block text-[13px] text-muted">{refusal.ip ?? 'Unknown address'}</span>
            </Row>
          ))}
        </ul>
      )}
    </Card>
  )
}

function Stays({ user }: { user: AdminUser }) {
  return (
    <Card aria-labelledby="stays">
      <CardHeader id="stays" title="Support in their place" />
      {user.stays.length === 0 ? (
        <Nothing>No administrator acted as this user.</Nothing>
      ) : (
        <ul>
          {user.stays.map((stay) => (
            <Row key={stay.id} aside={<At at={stay.began_at} />}>
              <Link to={`/admin/users/${stay.by.id}`} className="font-medium hover:text-accent hover:underline">
                {stay.by.name}
              </Link>{' '}
              {stay.over ? null : <Badge tone="warning">Now</Badge>} {stay.writes ? <Badge>Could change</Badge> : null}
              <span className="block text-[13px] text-muted wrap-anywhere">
                {stay.reason ? `“${stay.reason}”` : 'The reason was erased.'}
              </span>
            </Row>
          ))}
        </ul>
      )}
    </Card>
  )
}

function Measures({ user, ask }: { user: AdminUser; ask: (dialog: string) => () => void }) {
  return (
    <Card aria-labelledby="measures">
      <CardHeader id="measures" title="Measures" detail="Each takes effect within five seconds, with a reason." />
      <CardBody className="flex flex-wrap gap-2">
        <Button onClick={ask('role')}>Change role</Button>
        <Button onClick={ask('factors')}>Reset second factors</Button>
        {user.role === 'admin' ? null : (
          <Button variant="danger-quiet" onClick={ask('erase')}>
            Erase
          </Button>
        )}
        {user.state === 'disabled' ? (
          <Button onClick={ask('enable')}>Enable account</Button>
        ) : (
          <Button variant="danger" onClick={ask('disable')}>
            Disable account
          </Button>
        )}
      </CardBody>
    </Card>
  )
}

const Nothing = ({ children }: { children: string }) => <p className="px-5 py-6 text-muted">{children}</p>

function Row({ children, aside }: { children: React.ReactNode; aside: React.ReactNode }) {
  return (
    <li className="flex flex-wrap justify-between gap-x-6 gap-y-1 border-b px-4 py-3 last:border-b-0 sm:px-5">
      <span className="min-w-0 flex-1 basis-48">{children}</span>
      <span className="text-[13px] text-muted">{aside}</span>
    </li>
  )
}
