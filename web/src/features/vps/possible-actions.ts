import type { PowerAction } from '@/features/vps/api/mutations'
import type { Vps } from '@/lib/api/types'

/** What a person may do with an organisation's servers. */
export interface VpsRights {
  create: boolean
  use: boolean
  delete: boolean
}

/** What can be asked of a server in its present state. */
export interface Possible {
  /** The two places of the power buttons, in every state of a server that a person may change. */
  power: readonly [PowerAction, PowerAction] | null
  /** Why neither can be pressed now; null when they can. */
  wait: string | null
  /** Its name, its tags, its notes. */
  change: boolean
  orderAgain: boolean
  delete: boolean
}

const WAIT: Partial<Record<string, string>> = {
  requested: 'It is being created. Wait until it runs.',
  provisioning: 'It is being created. Wait until it runs.',
  deleting: 'It is being deleted.',
  lost: 'It can’t be found right now.',
}

export function possible(vps: Pick<Vps, 'status' | 'job'>, may: VpsRights): Possible {
  const gone = vps.status === 'deleted'
  const going = gone || vps.status === 'deleting'
  const busy = vps.job ? 'Another change is in progress. Wait until it has finished.' : null
  return {
    power:
      !may.use || gone || vps.status === 'failed' ? null : ['reboot', vps.status === 'stopped' ? 'boot' : 'shutdown'],
    wait: WAIT[vps.status] ?? busy,
    change: may.use && !going,
    orderAgain: may.create && vps.status === 'failed',
    delete: may.delete && !going,
  }
}

/** Why this one action can't be asked for, whatever else could. */
export const refused = (action: PowerAction, vps: Pick<Vps, 'status'>, can: Possible): string | null =>
  can.wait ?? (action === 'reboot' && vps.status === 'stopped' ? 'It is off. Boot it instead.' : null)
