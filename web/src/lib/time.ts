import { serverNow } from '@/lib/clock'

const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

/** A span in its two largest units: `12 d 4 h`, `3 h 20 min`, `45 s`. */
export function formatSpan(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds))
  if (s < MINUTE) return `${s} s`
  if (s < HOUR) {
    const rest = s % MINUTE
    return s < 10 * MINUTE && rest > 0 ? `${Math.floor(s / MINUTE)} min ${rest} s` : `${Math.floor(s / MINUTE)} min`
  }
  if (s < DAY) return two(s, HOUR, 'h', MINUTE, 'min')
  if (s < 365 * DAY) return s < 60 * DAY ? two(s, DAY, 'd', HOUR, 'h') : `${Math.floor(s / DAY)} d`
  return s < 20 * 365 * DAY ? `${(s / (365 * DAY)).toFixed(1)} years` : 'over 20 years'
}

function two(s: number, big: number, bigName: string, small: number, smallName: string): string {
  const rest = Math.floor((s % big) / small)
  return `${Math.floor(s / big)} ${bigName}${rest > 0 ? ` ${rest} ${smallName}` : ''}`
}

/** A clock for work in progress: `0:07`, `12:40`, `1:02:09`. */
export function formatClock(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds))
  const pad = (n: number) => String(n).padStart(2, '0')
  const h = Math.floor(s / HOUR)
  const m = Math.floor((s % HOUR) / MINUTE)
  return h > 0 ? `${h}:${pad(m)}:${pad(s % MINUTE)}` : `${m}:${pad(s % MINUTE)}`
}

/** Hours that were charged: `744`, or `0:01:30` where the last of them was charged by the second in part. */
export function formatHours(hours: number, seconds: number): string {
  if (seconds === hours * HOUR) return hours.toLocaleString('en')
  return seconds < HOUR ? `0:${formatClock(seconds).padStart(5, '0')}` : formatClock(seconds)
}

export const secondsBetween = (from: string, to: string | number) =>
  (new Date(to).getTime() - new Date(from).getTime()) / 1000

/** How old a moment is, in its largest unit: `just now`, `5 min`, `3 d`. */
export function formatAge(at: string, now: number): string {
  const s = secondsBetween(at, now)
  if (s < 5) return 'just now'
  if (s < MINUTE) return `${Math.floor(s)} s`
  if (s < HOUR) return `${Math.floor(s / MINUTE)} min`
  if (s < DAY) return `${Math.floor(s / HOUR)} h`
  return `${Math.floor(s / DAY)} d`
}

const dateTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
const shortDateTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})
const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })
const day = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const dayOfMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const utc = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' })

/** `22 Nov 2026, 03:17:00 UTC`: for what goes by UTC, whatever the reader's zone. */
export const formatUtc = (at: string) => `${utc.format(new Date(at))} UTC`

/** A moment of a chart, in seconds since 1970: `22 Nov, 14:05`. */
export const formatMoment = (s: number) => shortDateTime.format(s * 1000)

/** The same for an axis that spans so many seconds: the day once hours no longer tell. */
export const formatAxisTime = (s: number, spanS: number) => (spanS > 2 * DAY ? dayOfMonth : clock).format(s * 1000)

const month = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' })

/** `November 2026` of the API's `2026-11`. */
export const formatMonth = (text: string) => month.format(new Date(`${text}-01T00:00:00Z`))

export const formatDateTime = (at: string) => dateTime.format(new Date(at))

/** A moment near enough to name briefly: the time of today, with its day when it is older. */
export const formatWhen = (at: string, now = serverNow()) =>
  new Date(at).toDateString() === new Date(now).toDateString()
    ? clock.format(new Date(at))
    : shortDateTime.format(new Date(at))

export const formatTime = (at: string) => time.format(new Date(at))
const formatDay = (at: string) => day.format(new Date(at))

/** Groups newest-first entries by the reader's calendar day. */
export function groupByDay<T>(items: T[], at: (item: T) => string): { day: string; items: T[] }[] {
  const groups: { day: string; items: T[] }[] = []
  for (const item of items) {
    const name = formatDay(at(item))
    const last = groups.at(-1)
    if (last?.day === name) last.items.push(item)
    else groups.push({ day: name, items: [item] })
  }
  return groups
}
