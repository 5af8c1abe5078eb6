import type { ComponentType } from 'react'
import { createBrowserRouter, Outlet, type RouteObject } from 'react-router'
import type * as SignedInPart from '@/app/shell/signed-in'
import { RequireAdmin } from '@/app/guards'
import { NotFound } from '@/app/not-found'
import { FormSkeleton, PageSkeleton } from '@/app/page-skeleton'
import { RouteError } from '@/app/route-error'
import { Splash } from '@/app/splash'
import { AuthLayout } from '@/features/auth/components/auth-layout'
import { QuietLayout } from '@/features/auth/components/quiet-layout'

/**
 * A page in a chunk of its own, with an error boundary of its own. `scripts/hints.ts` reads its whole address
 * and its module here, and index.html asks for its scripts at once.
 */
function page<Name extends string>(
  path: `/${string}`,
  load: () => Promise<Record<Name, ComponentType>>,
  name: Name,
  HydrateFallback = PageSkeleton,
): RouteObject {
  const lazy = async () => ({ Component: (await load())[name] })
  return { path, lazy, ErrorBoundary: RouteError, HydrateFallback }
}

/** Part of the frame, which `signed-in.tsx` brings along. */
const frame = (name: keyof typeof SignedInPart) => async () => ({
  Component: (await import('@/app/shell/signed-in'))[name],
})

/** Where an organisation's pages were while a person had only one. */
const FORMER = ['/dashboard', '/servers', '/servers/new', '/wallet', '/activity']

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
      page('/sign-in', () => import('@/features/auth/pages/sign-in-page'), 'SignInPage', FormSkeleton),
      page('/register', () => import('@/features/auth/pages/register-page'), 'RegisterPage', FormSkeleton),
    ],
  },
  page('/invitation', () => import('@/features/org/pages/invitation-page'), 'InvitationPage', FormSkeleton),
  {
    // Links of mails lead here, signed in or not.
    element: <QuietLayout />,
    ErrorBoundary: RouteError,
    HydrateFallback: () => null,
    children: [
      page('/forgot', () => import('@/features/auth/pages/forgot-page'), 'ForgotPage', FormSkeleton),
      page('/reset', () => import('@/features/auth/pages/reset-page'), 'ResetPage', FormSkeleton),
      page('/undo', () => import('@/features/auth/pages/undo-page'), 'UndoPage', FormSkeleton),
      page('/verify', () => import('@/features/account/pages/verify-page'), 'VerifyPage', FormSkeleton),
      page(
        '/verify-ledger',
        () => import('@/features/ledger/pages/verify-ledger-page'),
        'VerifyLedgerPage',
        FormSkeleton,
      ),
    ],
  },
  {
    path: '/',
    lazy: frame('SignedIn'),
    ErrorBoundary: RouteError,
    HydrateFallback: Splash,
    children: [
      { index: true, lazy: frame('Home') },
      ...FORMER.map((path) => ({ path, lazy: frame('FormerAddress') })),
      { path: '/servers/:id', lazy: frame('FormerServer') },
      {
        path: '/account',
        lazy: frame('AccountSection'),
        children: [
          page('/account/profile', () => import('@/features/account/pages/profile-page'), 'ProfilePage'),
          page('/account/security', () => import('@/features/account/pages/security-page'), 'SecurityPage'),
          page('/account/sessions', () => import('@/features/account/pages/sessions-page'), 'SessionsPage'),
          page('/account/keys', () => import('@/features/account/pages/keys-page'), 'KeysPage'),
          page('/account/data', () => import('@/features/account/pages/data-page'), 'DataPage'),
        ],
      },
      {
        path: '/o/:org',
        lazy: frame('OrgFrame'),
        children: [
          { index: true, lazy: frame('FormerAddress') },
          page('/o/:org/dashboard', () => import('@/features/dashboard/pages/dashboard-page'), 'DashboardPage'),
          page('/o/:org/servers', () => import('@/features/vps/pages/vps-list-page'), 'VpsListPage'),
          page('/o/:org/servers/new', () => import('@/features/vps/pages/create-vps-page'), 'CreateVpsPage'),
          page('/o/:org/servers/:id', () => import('@/features/vps/pages/vps-page'), 'VpsPage'),
          page('/o/:org/wallet', () => import('@/features/wallet/pages/wallet-page'), 'WalletPage'),
          page('/o/:org/wallet/invoices', () => import('@/features/invoices/pages/invoices-page'), 'InvoicesPage'),
          page('/o/:org/wallet/invoices/:id', () => import('@/features/invoices/pages/invoice-page'), 'InvoicePage'),
          page('/o/:org/wallet/payments/:id', () => import('@/features/wallet/pages/payment-page'), 'PaymentPage'),
          page(
            '/o/:org/wallet/payments/:id/return',
            () => import('@/features/wallet/pages/payment-page'),
            'PaymentReturnPage',
          ),
          page(
            '/o/:org/wallet/payments/:id/cancel',
            () => import('@/features/wallet/pages/payment-page'),
            'PaymentCancelPage',
          ),
          page('/o/:org/activity', () => import('@/features/activity/pages/activity-page'), 'ActivityPage'),
          page('/o/:org/closed', () => import('@/features/org/pages/closed-page'), 'ClosedPage'),
          {
            path: '/o/:org/settings',
            lazy: frame('SettingsSection'),
            children: [
              page('/o/:org/settings/general', () => import('@/features/org/pages/general-page'), 'GeneralPage'),
              page('/o/:org/settings/members', () => import('@/features/org/pages/members-page'), 'MembersPage'),
              page('/o/:org/settings/quotas', () => import('@/features/org/pages/quotas-page'), 'QuotasPage'),
              page('/o/:org/settings/security', () => import('@/features/org/pages/security-page'), 'OrgSecurityPage'),
              page('/o/:org/settings/danger', () => import('@/features/org/pages/danger-page'), 'DangerPage'),
            ],
          },
        ],
      },
      {
        path: 'admin',
        element: (
          <RequireAdmin>
            <Outlet />
          </RequireAdmin>
        ),
        children: [
          page('/admin', () => import('@/features/overview/pages/overview-page'), 'OverviewPage'),
          page('/admin/servers', () => import('@/features/servers/pages/admin-vps-list-page'), 'AdminVpsListPage'),
          page('/admin/servers/:id', () => import('@/features/servers/pages/admin-vps-page'), 'AdminVpsPage'),
          page('/admin/jobs', () => import('@/features/jobs/pages/jobs-page'), 'JobsPage'),
          page('/admin/jobs/:id', () => import('@/features/jobs/pages/job-page'), 'JobPage'),
          page('/admin/workers', () => import('@/features/workers/pages/workers-page'), 'WorkersPage'),
          page('/admin/schedules', () => import('@/features/schedules/pages/schedules-page'), 'SchedulesPage'),
          page('/admin/customers', () => import('@/features/customers/pages/customers-page'), 'CustomersPage'),
          page('/admin/customers/:id', () => import('@/features/customers/pages/customer-page'), 'CustomerPage'),
          page('/admin/users', () => import('@/features/users/pages/users-page'), 'UsersPage'),
          page('/admin/users/:id', () => import('@/features/users/pages/user-page'), 'UserPage'),
          page('/admin/payments', () => import('@/features/payments/pages/payments-page'), 'AdminPaymentsPage'),
          page('/admin/payments/:id', () => import('@/features/payments/pages/payment-page'), 'AdminPaymentPage'),
          page('/admin/revenue', () => import('@/features/revenue/pages/revenue-page'), 'RevenuePage'),
          page('/admin/credit', () => import('@/features/credit/pages/credit-page'), 'CreditPage'),
          page('/admin/plans', () => import('@/features/plans/pages/plans-page'), 'PlansPage'),
          page('/admin/clouds', () => import('@/features/clouds/pages/clouds-page'), 'CloudsPage'),
          page('/admin/clouds/:id', () => import('@/features/clouds/pages/cloud-page'), 'CloudPage'),
          page('/admin/invoices', () => import('@/features/invoices/pages/admin-invoices-page'), 'AdminInvoicesPage'),
          page('/admin/invoices/:id', () => import('@/features/invoices/pages/admin-invoice-page'), 'AdminInvoicePage'),
          page('/admin/tax', () => import('@/features/tax/pages/tax-page'), 'TaxPage'),
          page('/admin/mails', () => import('@/features/mails/pages/mails-page'), 'MailsPage'),
          page('/admin/rate-limits', () => import('@/features/rate-limits/pages/rate-limits-page'), 'RateLimitsPage'),
          page('/admin/audit', () => import('@/features/audit/pages/audit-page'), 'AuditPage'),
        ],
      },
      { path: '*', Component: NotFound },
    ],
  },
]

export const createRouter = () => createBrowserRouter(routes)
