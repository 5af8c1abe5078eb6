import type { ComponentType } from 'react'
import { createBrowserRouter, Outlet, type RouteObject } from 'react-router'
import { NotFound, RouteError } from '@/app/route-error'
import { RequireAdmin } from '@/app/guards'
import { PageSkeleton, Splash } from '@/app/page-skeleton'
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

export const routes: RouteObject[] = [
  {
    element: <AuthLayout />,
    ErrorBoundary: RouteError,
    HydrateFallback: () => null,
    children: [
      page('/sign-in', () => import('@/features/auth/components/sign-in-page'), 'SignInPage'),
      page('/register', () => import('@/features/auth/components/register-page'), 'RegisterPage'),
    ],
  },
  {
    path: '/',
    lazy: async () => ({ Component: (await import('@/app/shell/signed-in')).SignedIn }),
    ErrorBoundary: RouteError,
    HydrateFallback: Splash,
    children: [
      page(undefined, () => import('@/app/dashboard-page'), 'DashboardPage'),
      page('servers', () => import('@/features/vps/components/servers-page'), 'ServersPage'),
      page('servers/new', () => import('@/features/vps/components/create-page'), 'CreatePage'),
      page('servers/:id', () => import('@/features/vps/components/server-page'), 'ServerPage'),
      page('wallet', () => import('@/features/wallet/components/wallet-page'), 'WalletPage'),
      page('activity', () => import('@/features/activity/components/activity-page'), 'ActivityPage'),
      {
        path: 'admin',
        element: (
          <RequireAdmin>
            <Outlet />
          </RequireAdmin>
        ),
        children: [
          page(undefined, () => import('@/features/overview/components/overview-page'), 'OverviewPage'),
          page('jobs', () => import('@/features/jobs/components/jobs-page'), 'JobsPage'),
          page('jobs/:id', () => import('@/features/jobs/components/job-page'), 'JobPage'),
          page('workers', () => import('@/features/workers/components/workers-page'), 'WorkersPage'),
          page('schedules', () => import('@/features/schedules/components/schedules-page'), 'SchedulesPage'),
          page('customers', () => import('@/features/customers/components/customers-page'), 'CustomersPage'),
          page('customers/:id', () => import('@/features/customers/components/customer-page'), 'CustomerPage'),
          page('plans', () => import('@/features/plans/components/plans-page'), 'PlansPage'),
          page('clouds', () => import('@/features/clouds/components/clouds-page'), 'CloudsPage'),
          page('clouds/:id', () => import('@/features/clouds/components/cloud-page'), 'CloudPage'),
        ],
      },
      { path: '*', Component: NotFound },
    ],
  },
]

export const createRouter = () => createBrowserRouter(routes)
