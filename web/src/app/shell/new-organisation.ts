import { useMe } from '@/lib/use-me'
import { useUrlDialog } from '@/lib/use-url'

/** The dialog for a further organisation, which every page has; and whether the reader may have one. */
export function useNewOrganisation() {
  const me = useMe()
  // What is made in another person's place would be theirs.
  const may = me.role !== 'readonly' && me.impersonation == null
  const { open, onOpenChange } = useUrlDialog('new-organisation')
  return { may, open: may && open, onOpenChange }
}
