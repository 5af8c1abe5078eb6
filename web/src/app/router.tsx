import type { ComponentType } from 'react'
import { createBrowserRouter, Outlet, type RouteObject } from 'react-router'
import { NotFound, RouteError } from '@/app/route-error'
import { AppShell } from '@/app/shell/app-shell'
import { RequireAdmin, RequireSession } from '@/app/guards'
import { PageSkeleton } from '@/app/page-skeleton'
import { AuthLayout } from '@/features/auth/components/auth-layout'

type PageModule = Record<string, ComponentType>

/** A page in a chunk of its own, with an error boundary of its own. */
function page(path: string | undefined, load: () => Promise<PageModule>, name: string): RouteObject {
  const lazy = async () => {
    const Component = (await load())[name]
    if (!Component) throw new Error(`no page ${name}`)
    return { Component }
  }
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
    element: (
      <RequireSession>
        <AppShell />
      </RequireSession>
    ),
    ErrorBoundary: RouteError,
    HydrateFallback: () => null,
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
