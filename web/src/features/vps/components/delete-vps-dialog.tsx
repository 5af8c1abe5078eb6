import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { DialogForm } from '@/components/dialog-form'
import { Facts } from '@/components/facts'
import { Money } from '@/components/money'
import { QueryPanel } from '@/components/query-panel'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Skeleton } from '@/components/ui/skeleton'
import { useDeleteVps } from '@/features/vps/api/mutations'
import { vpsQuoteQuery } from '@/features/vps/api/queries'
import type { Vps } from '@/lib/api/types'
import { formatDisk } from '@/lib/sizes'
import { formatSpan } from '@/lib/time'
import { useOrg } from '@/lib/use-org'

interface DialogProps {
  vps: Vps
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Slow on purpose: what goes, what it does to the bill, and the name typed in full. */
export function DeleteVpsDialog({ vps, open, onOpenChange }: DialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Delete ${vps.label}?`}
      detail="This cannot be undone: there is no backup."
    >
      <DeleteForm vps={vps} onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

function DeleteForm({ vps, onDone }: { vps: Vps; onDone: () => void }) {
  const [typed, setTyped] = useState('')
  const remove = useDeleteVps(vps.id)
  const matches = typed.trim() === vps.label

  const submit = (e: FormEvent) => {
    e.preventDefault()
    if (matches) remove.mutate(typed.trim(), { onSuccess: onDone })
  }

  return (
    <DialogForm
      onSubmit={submit}
      onCancel={onDone}
      submit="Delete server"
      cancel="Keep server"
      danger
      disabled={!matches}
      pending={remove.isPending}
      error={remove.error}
    >
      <div>
        <h3 className="mb-1.5 text-[13px] font-medium">Also deleted</h3>
        <ul className="list-disc pl-5 text-muted">
          <li>everything on its {formatDisk(vps.plan.disk_gib)} disk</li>
          {vps.ipv4 ? (
            <li>
              the address <span className="font-mono text-[13px] text-text">{vps.ipv4}</span>
              {vps.ipv6 ? ' and its IPv6 address' : ''}
            </li>
          ) : null}
        </ul>
      </div>
      <Bill id={vps.id} />
      <Field
        label={
          <>
            Type <span className="rounded-sm bg-surface-2 px-1 font-mono break-all">{vps.label}</span> to confirm
          </>
        }
      >
        <Input
          value={typed}
          onChange={(e) => setTyped(e.target.value)}
          autoComplete="off"
          spellCheck={false}
          autoCapitalize="none"
        />
      </Field>
    </DialogForm>
  )
}

function Bill({ id }: { id: string }) {
  const quote = useQuery(vpsQuoteQuery(useOrg().id, id))
  return (
    <div>
      <h3 className="mb-1.5 text-[13px] font-medium">Your bill</h3>
      <QueryPanel query={quote} loading={<Skeleton className="h-20 w-full" />}>
        {(q) => (
          <Facts
            items={[
              ['Cost so far', <Money key="c" value={q.spent_total} />],
              [
                'Current cost',
                <span key="n">
                  <Money value={q.hourly} digits="rate" /> per hour
                </span>,
              ],
              [
                'Remaining servers',
                <span key="a">
                  <Money value={q.rate_after_delete} digits="rate" /> per hour
                </span>,
              ],
              [
                'Balance then lasts',
                q.runway_after_delete_s == null ? 'nothing else is running' : formatSpan(q.runway_after_delete_s),
              ],
            ]}
          />
        )}
      </QueryPanel>
    </div>
  )
}
