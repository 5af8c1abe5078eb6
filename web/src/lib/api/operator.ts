import { api } from '@/lib/api/client'
import type { components, operations } from '@/lib/api/schema'

/** The operators' part of the API. */
export const operator = api

/** How often the operators' pages ask when no event came, in milliseconds. */
export const OPERATOR_POLL_MS = 5000

type Schemas = components['schemas']
type Query<O extends keyof operations> = NonNullable<operations[O]['parameters']['query']>

export type AdminJob = Schemas['AdminJob']
export type JobState = Schemas['JobState']
export type JobCall = Schemas['JobCall']
export type JobCounts = Schemas['JobCounts']
export type KindStep = Schemas['KindStep']

/** Which jobs a list shows or a bulk action takes. */
export type JobFilter = Omit<Query<'listAdminJobs'>, 'cursor' | 'limit'>
export type BulkAction = Schemas['BulkRequest']['action']
export type BulkAnswer = Schemas['BulkAnswer']

export type Queue = Schemas['Queue']
export type QueueFigures = Schemas['QueueFigures']
export type TuneQueue = Schemas['TuneQueue']

export type Figures = Schemas['Figures']
export type Statistics = Schemas['Statistics']
export type StatisticsWindow = NonNullable<Query<'getJobStatistics'>['window']>

export type Worker = Schemas['Worker']
export type Schedule = Schemas['Schedule']
export type ChangeSchedule = Schemas['ChangeSchedule']
export type Tick = Schemas['Tick']
export type Cloud = Schemas['Cloud']
export type CloudRate = Schemas['CloudRate']
