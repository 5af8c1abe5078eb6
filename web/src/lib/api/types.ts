import type { paths } from '@/lib/api/schema'

type Json<R> = R extends { content: infer C } ? C[keyof C] : never
type Answers<P extends keyof paths, M extends keyof paths[P]> = paths[P][M] extends { responses: infer R } ? R : never
type Pick2xx<R> = Json<R[Extract<keyof R, 200 | 201 | 202>]>

/** The body of the successful answer of an operation, e.g. `Answer<'/api/vps', 'post'>`. */
export type Answer<P extends keyof paths, M extends keyof paths[P]> = Pick2xx<Answers<P, M>>

type Item<T> = T extends { items: (infer I)[] } ? I : never

export type Config = Answer<'/api/config', 'get'>
export type Me = Answer<'/api/auth/me', 'get'>
export type Plan = Item<Answer<'/api/plans', 'get'>>
export type Price = Plan['price']
export type Money = Price['hourly']
export type Region = Item<Answer<'/api/plans/{id}/regions', 'get'>>
export type Image = Item<Answer<'/api/plans/{id}/images', 'get'>>
export type PlanQuote = Answer<'/api/plans/{id}/quote', 'get'>
export type Vps = Answer<'/api/vps/{id}', 'get'>
export type VpsQuote = Answer<'/api/vps/{id}/quote', 'get'>
export type Job = Item<Answer<'/api/vps/{id}/jobs', 'get'>>
export type Wallet = Answer<'/api/wallet', 'get'>
export type StatementEntry = Item<Answer<'/api/wallet/statement', 'get'>>
export type UsageLine = Item<Answer<'/api/wallet/statement/{id}/lines', 'get'>>
export type Activity = Item<Answer<'/api/activity', 'get'>>
export type Overview = Answer<'/api/admin/overview', 'get'>
export type Cloud = Answer<'/api/admin/clouds/{id}', 'get'>
export type CloudCatalog = Answer<'/api/admin/clouds/{id}/catalog', 'get'>
export type CloudType = CloudCatalog['types'][number]
export type AdminPlan = Item<Answer<'/api/admin/plans', 'get'>>
export type Customer = Answer<'/api/admin/customers/{org}', 'get'>
export type AdminJob = Answer<'/api/admin/jobs/{id}', 'get'>
export type TimelineEntry = NonNullable<AdminJob['timeline']>[number]
