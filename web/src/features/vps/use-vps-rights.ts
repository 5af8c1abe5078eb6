import type { VpsRights } from '@/features/vps/possible-actions'
import { useMay } from '@/lib/use-org'

/** What the reader may do with the servers of this page's organisation. */
export const useVpsRights = (): VpsRights => ({
  create: useMay('vps:create'),
  use: useMay('vps:use'),
  delete: useMay('vps:delete'),
})
