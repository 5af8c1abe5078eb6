import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router/dom'
import { Providers } from '@/app/providers'
import { createQueryClient } from '@/app/query-client'
import { createRouter } from '@/app/router'
import '@/app/styles.css'
import { adoptNonce } from '@/lib/csp'
import { keepFocus } from '@/lib/focus'
import { watchTheme } from '@/stores/ui'

adoptNonce()
watchTheme()
keepFocus()

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <Providers client={createQueryClient()}>
      <RouterProvider router={createRouter()} />
    </Providers>
  </StrictMode>,
)
