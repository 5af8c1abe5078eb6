import { LinkPage, NoToken } from '@/components/link-page'
import { Button } from '@/components/ui/button'
import { LONG, type Exhibit } from '@/features/gallery/exhibit'

export const exhibit: Exhibit = {
  title: 'Pages of links',
  states: [
    {
      name: 'With something to do',
      Show: () => (
        <LinkPage title="Confirm your address" detail={`You are signed in as ${LONG}@example.com.`}>
          <Button variant="primary">Confirm the address</Button>
        </LinkPage>
      ),
    },
    {
      name: 'Cut off',
      Show: () => (
        <NoToken title="Choose a new password" next={{ to: '/dev/gallery', label: 'Ask for another link' }} />
      ),
    },
  ],
}
