import { useQuery } from '@tanstack/react-query'
import { ConfirmDialog } from '@/components/confirm-dialog'
import { QueryPanel } from '@/components/query-panel'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { useLiftNetworks } from '@/features/customers/api/mutations'
import { securityQuery } from '@/features/customers/api/queries'
import { useUrlDialog } from '@/lib/use-url'

/** What a customer demands of its members, and the way back in for owners who shut themselves out. */
export function Security({ org }: { org: string }) {
  const query = useQuery(securityQuery(org))
  const lifting = useUrlDialog('lift-networks')
  const { mutate, isPending, error } = useLiftNetworks(org)
  return (
    <Card aria-labelledby="security">
      <CardHeader id="security" title="Security" detail="Set by the organisation’s owners." />
      <CardBody>
        <QueryPanel query={query} loading={<Skeleton className="h-24" />}>
          {({ require_mfa, ip_allow }) => (
            <div className="grid gap-4">
              <p>
                {require_mfa ? 'Members need a second factor.' : 'Members need no second factor.'}{' '}
                {ip_allow.length > 0 ? 'It is used only from these networks:' : 'It is used from any address.'}
              </p>
              {ip_allow.length > 0 ? (
                <>
                  <ul className="font-mono text-[13px]">
                    {ip_allow.map((net) => (
                      <li key={net}>{net}</li>
                    ))}
                  </ul>
                  <span>
                    <Button variant="danger-quiet" onClick={() => lifting.onOpenChange(true)}>
                      Lift the list
                    </Button>
                  </span>
                </>
              ) : null}
            </div>
          )}
        </QueryPanel>
      </CardBody>
      <ConfirmDialog
        {...lifting}
        title="Lift the list of networks?"
        confirm="Lift the list"
        danger
        reason="required"
        pending={isPending}
        error={error}
        onConfirm={(reason) => mutate(reason, { onSuccess: () => lifting.onOpenChange(false) })}
      >
        <p>
          The organisation is used from any address again, within five seconds. Its members read in their activity that
          it was done. Make sure by another way that an owner asks for it.
        </p>
      </ConfirmDialog>
    </Card>
  )
}
