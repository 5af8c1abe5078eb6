import { BrandMark } from '@/components/brand'
import { Flag } from '@/components/flag'
import { Place } from '@/components/place'
import { Page } from '@/components/page'
import { QueryPage } from '@/components/query-page'
import { QueryPanel } from '@/components/query-panel'
import { Section } from '@/components/section'
import { Button } from '@/components/ui/button'
import { Card, CardBody, CardHeader } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { LONG, type Exhibit } from '@/features/gallery/exhibit'
import { useAnswer, useRefused, useWaiting } from '@/features/gallery/queries'

const BACK = { to: '/dev/gallery', label: 'Gallery' }
const heading = (title: string) => <p className="text-2xl font-semibold tracking-tight wrap-anywhere">{title}</p>
const bars = <Skeleton className="h-8 w-full" />

const TABS = ['profile', 'security', 'sessions', 'keys'].map((path) => ({ path, label: path === 'keys' ? LONG : path }))

const PageLoading = () => (
  <QueryPage query={useWaiting<string>('page-waits')} title="Job" back={BACK}>
    {(text) => text}
  </QueryPage>
)
const Panel = () => (
  <QueryPanel query={useAnswer('panel', 'What it holds.')} loading={bars}>
    {(text) => <p>{text}</p>}
  </QueryPanel>
)
const PanelLoading = () => (
  <QueryPanel query={useWaiting<string>('panel-waits')} loading={bars}>
    {(text) => text}
  </QueryPanel>
)
const PanelFailed = () => (
  <QueryPanel query={useRefused<string>('panel-fails')} loading={bars}>
    {(text) => text}
  </QueryPanel>
)

export const exhibit: Exhibit = {
  title: 'Frames: pages, cards, panels',
  states: [
    {
      name: 'Page',
      wide: true,
      Show: () => (
        <Page
          title="Gallery"
          heading={heading(LONG)}
          detail="What it is about"
          back={BACK}
          actions={<Button variant="primary">Create server</Button>}
        >
          <Card>
            <CardHeader title="Card" detail={LONG} action={<Button size="sm">Change</Button>} />
            <CardBody>What it holds.</CardBody>
          </Card>
        </Page>
      ),
    },
    {
      name: 'Section',
      wide: true,
      Show: () => (
        <Section
          title="Account"
          heading={heading('Account')}
          detail={LONG}
          base="/dev"
          tabs={TABS}
          current={{ path: 'keys', label: 'Keys' }}
        >
          <Card>
            <CardBody>One page of several.</CardBody>
          </Card>
        </Section>
      ),
    },
    { name: 'Page, loading', wide: true, Show: PageLoading },
    { name: 'Panel', Show: Panel },
    { name: 'Panel, loading', Show: PanelLoading },
    { name: 'Panel, failed', Show: PanelFailed },
    {
      name: 'Brand and flags',
      Show: () => (
        <div className="gallery-row">
          <BrandMark />
          <BrandMark size={36} />
          <Flag country="de" />
          <Flag country="us" />
          <Flag country="xx" />
        </div>
      ),
    },
    {
      name: 'Places: short, full, long',
      Show: () => (
        <div className="gallery-rows">
          <Place region={{ label: 'Newark, NJ, USA', country: 'us' }} />
          <Place region={{ label: 'Frankfurt, DE', country: 'de' }} full />
          <Place region={{ label: LONG, country: 'xx' }} full />
        </div>
      ),
    },
  ],
}
