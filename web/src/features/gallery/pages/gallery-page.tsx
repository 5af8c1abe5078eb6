import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import type { Exhibit } from '@/features/gallery/exhibit'
import '@/features/gallery/gallery.css'
import { Spoiled } from '@/features/gallery/spoiled'
import { configQuery, meQuery } from '@/lib/api/queries'
import { MeContext } from '@/lib/use-me'
import { OrgContext } from '@/lib/use-org'
import { useTitle } from '@/lib/use-title'
import { admin, config } from '@/testing/fixtures'

const modules = import.meta.glob<{ exhibit: Exhibit }>('../exhibits/*.tsx', { eager: true })
/** By the names of their files. */
const EXHIBITS = Object.entries(modules).map(([path, { exhibit }]) => ({
  id: path.replace(/^.*\/|\.tsx$/g, ''),
  ...exhibit,
}))

/** Whose pages the components think they are on. */
const org = admin.organisations[0] ?? null

function ownClient(): QueryClient {
  const client = new QueryClient()
  client.setQueryData(configQuery.queryKey, config)
  client.setQueryData(meQuery.queryKey, admin)
  return client
}

/** Every shared component in every state, without a server; `?only=buttons` shows one family. In no release. */
export function GalleryPage() {
  useTitle('Gallery')
  const [client] = useState(ownClient)
  const [params] = useSearchParams()
  const only = params.get('only')
  return (
    <QueryClientProvider client={client}>
      <MeContext value={admin}>
        <OrgContext value={org}>
          <main className="gallery" id="content" tabIndex={-1}>
            <header className="gallery-head">
              <h1>Gallery</h1>
              <nav aria-label="Families">
                {EXHIBITS.map(({ id, title }) => (
                  <a key={id} href={`?only=${id}`} aria-current={only === id ? 'page' : undefined}>
                    {title}
                  </a>
                ))}
              </nav>
            </header>
            {params.has('spoiled') ? <Spoiled /> : null}
            {EXHIBITS.filter(({ id }) => !params.has('spoiled') && (only === null || only === id)).map((exhibit) => (
              <Family key={exhibit.id} exhibit={exhibit} />
            ))}
          </main>
        </OrgContext>
      </MeContext>
    </QueryClientProvider>
  )
}

function Family({ exhibit: { id, title, states } }: { exhibit: Exhibit & { id: string } }) {
  return (
    <section className="gallery-exhibit" data-exhibit={id} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <div className="gallery-states">
        {states.map(({ name, Show, wide }) => (
          <div key={name} className="gallery-state" data-state={name} data-wide={wide || undefined}>
            {/* No heading: a state may be a whole page, with headings of its own. */}
            <p className="gallery-name">{name}</p>
            <Show />
          </div>
        ))}
      </div>
    </section>
  )
}
