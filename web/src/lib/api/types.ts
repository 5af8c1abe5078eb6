import type { components, operations, paths } from '@/lib/api/schema'

type Schemas = components['schemas']

/** The body of a request, e.g. `Body<'/api/vps', 'post'>`. */
export type Body<P extends keyof paths, M extends keyof paths[P]> = paths[P][M] extends {
  requestBody?: { content: { 'application/json': infer B } }
}
  ? B
  : never

/** The query of an operation, by its name in the document. */
type Query<O extends keyof operations> = NonNullable<operations[O]['parameters']['query']>

export type Config = Schemas['Config']
export type Me = Schemas['Me']
/** An organisation, as far as it is a person's: their role in it, and what they may do there. */
export type Membership = Schemas['MyOrganisation']
export type OrgRole = Schemas['OrgRole']
/** A permission in an organisation; which role has it is decided by the server alone. */
export type Perm = Schemas['Perm']
export type Challenge = Schemas['Challenge']
export type FactorKind = Schemas['FactorKind']
export type Factors = Schemas['Factors']
export type Passkey = Schemas['Passkey']
export type Identity = Schemas['Identity']
export type AppSetup = Schemas['AppSetup']
export type Org = Schemas['Org']
export type OrgMember = Schemas['OrgMember']
export type OrgSecurity = Schemas['OrgSecurity']
export type Quotas = Schemas['Quotas']
export type Quota = Schemas['Quota']
export type OrgInvitation = Schemas['Invitation']
export type InvitationOffer = Schemas['InvitationOffer']
export type Invoice = Schemas['Invoice']
export type InvoiceKind = Schemas['InvoiceKind']
export type InvoiceDetail = Schemas['InvoiceDetail']
export type InvoiceParty = Schemas['InvoiceParty']
export type TaxRule = Schemas['TaxRule']
export type BillingDetails = Schemas['BillingDetails']
export type ApiKey = Schemas['ApiKey']
export type MadeApiKey = Schemas['MadeApiKey']
export type TokenPair = Schemas['TokenPair']
export type Money = Schemas['Money']
export type Payment = Schemas['Payment']
export type PaymentOffer = Schemas['PaymentOffer']
export type AdminPayment = Schemas['AdminPayment']
export type PaymentDetail = Schemas['PaymentDetail']
export type PaymentRefund = Schemas['PaymentRefund']
export type Dispute = Schemas['Dispute']
export type UnallocatedMoney = Schemas['UnallocatedMoney']
export type Promo = Schemas['Promo']
export type CreditRequest = Schemas['CreditRequest']
export type CreditLimit = Schemas['CreditLimit']
export type Revenue = Schemas['Revenue']
export type RevenueSums = Schemas['RevenueSums']
export type RevenueMonth = Schemas['RevenueMonth']
export type RevenueRow = Schemas['RevenueRow']
export type Receivables = Schemas['Receivables']
export type SupplierInvoice = Schemas['SupplierInvoice']
export type SupplierServer = Schemas['SupplierServer']
export type Aged = Schemas['Aged']
export type Debtor = Schemas['Debtor']
export type Price = Schemas['Price']

export type Plan = Schemas['Plan']
export type PlanQuote = Schemas['PlanQuote']
export type Region = Schemas['Region']
export type PlanRegion = Schemas['PlanRegion']
export type Image = Schemas['Image']

export type Vps = Schemas['Vps']
export type VpsQuote = Schemas['VpsQuote']
export type UsedSshKey = Schemas['UsedSshKey']
export type VpsFilter = Query<'listVps'>
export type VpsStatus = NonNullable<VpsFilter['status']>
export type VpsAction = Schemas['VpsAction']
export type Job = Schemas['Job']

export type Wallet = Schemas['Wallet']
export type StatementEntry = Schemas['StatementEntry']
export type SpendLimits = Schemas['SpendLimits']
export type WalletNotice = Schemas['WalletNotice']
export type UsageLine = Schemas['UsageLine']

export type Activity = Schemas['Activity']
export type ActivityFilter = Query<'listActivity'>
export type AdminActivity = Schemas['AdminActivity']
export type ActFilter = Query<'listAdminActivity'>
export type LiveActivity = Schemas['LiveActivity']
export type LiveJob = Schemas['LiveJob']

export type AdminVps = Schemas['AdminVps']
export type AdminVpsFilter = Query<'listAdminVps'>
export type LimitFigures = Schemas['LimitFigures']
export type LimitMinute = Schemas['LimitMinute']
export type LimitKey = Schemas['LimitKey']
export type LimitTier = Schemas['LimitTier']
export type RateTier = LimitTier['tier']
export type RateOverride = Schemas['RateOverride']
export type SetRateOverride = Schemas['SetRateOverride']

export type Alert = Schemas['Alert']
export type Found = Schemas['Found']
export type Member = Schemas['Member']
export type Note = Schemas['Note']
export type Setup = Schemas['Setup']

export type OverviewWindow = NonNullable<Query<'getServerHistory'>['window']>
export type Overview = Schemas['Overview']
export type AdminUser = Schemas['AdminUser']
export type AdminUserRow = Schemas['AdminUserRow']
export type UserFilter = Query<'listUsers'>
export type Customer = Schemas['Customer']
export type CustomerFilter = Query<'listCustomers'>
export type AdminPlan = Schemas['AdminPlan']
export type PriceVersion = Schemas['PriceVersion']
export type ConfirmedTaxId = Schemas['ConfirmedTaxId']
export type TaxNumber = Schemas['TaxNumber']
export type BillingVersion = Schemas['BillingVersion']
export type CustomerPrice = Schemas['CustomerPrice']
export type PriceMove = Schemas['PriceMove']
export type FundsPolicy = Schemas['FundsPolicy']
export type ChargeRun = Schemas['ChargeRun']
export type TriedPlan = Schemas['TriedPlan']
/** What a change would write and mean. */
export type Quote = Schemas['Quote']
/** The same of servers that get another price. */
export type PriceQuote = Schemas['PriceQuote']
/** How an organisation stands, before or after a change. */
export type Standing = Schemas['Standing']
export type LedgerAccount = Schemas['LedgerAccount']
export type LedgerMovement = Schemas['LedgerMovement']

export type Cloud = Schemas['Cloud']
export type CloudBrakes = Schemas['CloudBrakes']
export type CloudRate = Schemas['CloudRate']
export type CloudCatalog = Schemas['CloudCatalog']
export type CloudType = Schemas['CloudType']

export type AdminJob = Schemas['AdminJob']
export type JobState = Schemas['JobState']
export type JobCall = Schemas['JobCall']
export type JobCounts = Schemas['JobCounts']
export type KindStep = Schemas['KindStep']
export type TimelineEntry = Schemas['TimelineEntry']
/** Which jobs a list shows or a bulk action takes. */
export type JobFilter = Omit<Query<'listAdminJobs'>, 'cursor' | 'limit'>
export type BulkAction = Body<'/api/admin/jobs/bulk', 'post'>['action']
/** The same, or some that are named one by one. */
export type BulkFilter = Body<'/api/admin/jobs/bulk', 'post'>['filter']
export type JobWait = Schemas['JobWait']
export type BulkAnswer = Schemas['BulkAnswer']

export type Queue = Schemas['Queue']
export type QueueFigures = Schemas['QueueFigures']
export type TuneQueue = Body<'/api/admin/queues/{queue}', 'patch'>

export type Session = Schemas['Session']
export type PersonExport = Schemas['PersonExport']

export type MailKind = Schemas['MailKind']
export type MailOfKind = Schemas['MailOfKind']

export type Figures = Schemas['Figures']
export type Statistics = Schemas['Statistics']
export type StatisticsWindow = NonNullable<Query<'getJobStatistics'>['window']>

export type Worker = Schemas['Worker']
export type Schedule = Schemas['Schedule']
export type ChangeSchedule = Body<'/api/admin/schedules/{name}', 'patch'>
export type Tick = Schemas['Tick']
