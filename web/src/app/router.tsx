import type { ComponentType } from 'react'
import { createBrowserRouter, Outlet, type RouteObject } from 'react-router'
import { RequireAdmin } from '@/app/guards'
import { NotFound } from '@/app/not-found'
import { PageSkeleton } from '@/app/page-skeleton'
import { RouteError } from '@/app/route-error'
import { Splash } from '@/app/splash'
import { AuthLayout } from '@/features/auth/components/auth-layout'

/** A page in a chunk of its own, with an error boundary of its own. */
function page<Name extends string>(
  path: string | undefined,
  load: () => Promise<Record<Name, ComponentType>>,
  name: Name,
): RouteObject {
  const lazy = async () => ({ Component: (await load())[name] })
  const common = { lazy, ErrorBoundary: RouteError, HydrateFallback: PageSkeleton }
  return path === undefined ? { index: true, ...common } : { path, ...common }
}

/** Of development and of the tests' own build: a release has not one byte of it. */
const gallery =
  import.meta.env.DEV || import.meta.env.MODE === 'gallery'
    ? [page('/dev/gallery', () => import('@/features/gallery/pages/gallery-page'), 'GalleryPage')]
    : []

export const routes: RouteObject[] = [
  ...gallery,
  {
    element: <AuthLayout />,
    ErrorBoundary: RouteError,
    HydrateFallback: () => null,
    children: [
      page('/sign-in', () => import('@/features/auth/pages/sign-in-page'), 'SignInPage'),
      page('/register', () => import('@/features/auth/pages/register-page'), 'RegisterPage'),
    ],
  },
  {
    path: '/',
    lazy: async () => ({ Component: (await import('@/app/shell/signed-in')).SignedIn }),
    ErrorBoundary: RouteError,
    HydrateFallback: Splash,
    children: [
      page(undefined, () => import('@/features/dashboard/pages/dashboard-page'), 'DashboardPage'),
      page('servers', () => import('@/features/vps/pages/vps-list-page'), 'VpsListPage'),
      page('servers/new', () => import('@/features/vps/pages/create-vps-page'), 'CreateVpsPage'),
      page('servers/:id', () => import('@/features/vps/pages/vps-page'), 'VpsPage'),
      page('wallet', () => import('@/features/wallet/pages/wallet-page'), 'WalletPage'),
      page('activity', () => import('@/features/activity/pages/activity-page'), 'ActivityPage'),
      {
        path: 'admin',
        element: (
          <RequireAdmin>
            <Outlet />
          </RequireAdmin>
        ),
        children: [
          page(undefined, () => import('@/features/overview/pages/overview-page'), 'OverviewPage'),
          page('jobs', () => import('@/features/jobs/pages/jobs-page'), 'JobsPage'),
          page('jobs/:id', () => import('@/features/jobs/pages/job-page'), 'JobPage'),
          page('workers', () => import('@/features/workers/pages/workers-page'), 'WorkersPage'),
          page('schedules', () => import('@/features/schedules/pages/schedules-page'), 'SchedulesPage'),
          page('customers', () => import('@/features/customers/pages/customers-page'), 'CustomersPage'),
          page('customers/:id', () => import('@/features/customers/pages/customer-page'), 'CustomerPage'),
          page('plans', () => import('@/features/plans/pages/plans-page'), 'PlansPage'),
          page('clouds', () => import('@/features/clouds/pages/clouds-page'), 'CloudsPage'),
          page('clouds/:id', () => import('@/features/clouds/pages/cloud-page'), 'CloudPage'),
          page('audit', () => import('@/features/audit/pages/audit-page'), 'AuditPage'),
        ],
      },
      { path: '*', Component: NotFound },
    ],
  },
]

export const createRouter = () => createBrowserRouter(routes)
