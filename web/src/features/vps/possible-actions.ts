import type { PowerAction } from '@/features/vps/api/mutations'
import type { Vps } from '@/lib/api/types'

/** What can be asked of a server in its present state; `busy` while a job is in progress. */
export interface Possible {
  power: PowerAction[]
  rename: boolean
  delete: boolean
  busy: boolean
}

export function possible(vps: Pick<Vps, 'status' | 'job'>, canWrite: boolean): Possible {
  const gone = vps.status === 'deleted' || vps.status === 'deleting'
  const busy = vps.job != null
  const power: Record<string, PowerAction[]> = { running: ['reboot', 'shutdown'], stopped: ['boot'] }
  return {
    power: canWrite ? (power[vps.status] ?? []) : [],
    rename: canWrite && !gone,
    delete: canWrite && !gone,
    busy,
  }
}

export const POWER_WORDS: Record<PowerAction, string> = { boot: 'Boot', shutdown: 'Shut down', reboot: 'Reboot' }
