/**
 * A cron expression in words, read as crontab reads it: minute, hour, day of month, month and day of week, where Sunday
 * is 0 and 7, in UTC; a sixth field in front is seconds. Null for what has no short words; the next ticks, which the
 * server computes, say it anyway.
 */
export function cronWords(expression: string): string | null {
  const given = expression.trim().split(/\s+/)
  const fields = given.length === 5 ? ['0', ...given] : given
  if (fields.length !== 6) return null
  const parsed = fields.map((text, i) => parse(text, FIELDS[i] as Field))
  const [seconds, minutes, hours, days, months, weekdays] = parsed
  if (!seconds || !minutes || !hours || !days || !months || !weekdays) return null
  const time = timeWords(seconds, minutes, hours)
  if (time === null) return null
  // "Every hour" is every day's by itself; "at 03:17" is not.
  const either = !/^[*?]/.test(fields[3] ?? '') && !/^[*?]/.test(fields[5] ?? '')
  const day = days.all && weekdays.all ? (time.startsWith('at ') ? 'every day' : '') : dayWords(days, weekdays, either)
  return [time, day, monthWords(months)].filter(Boolean).join(' ')
}

interface Field {
  min: number
  max: number
  names?: string[]
  /** One past the last: the first again, as 7 is Sunday. */
  again?: number
}
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const FIELDS: Field[] = [
  { min: 0, max: 59 },
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: WEEKDAYS, again: 7 },
]

interface Values {
  all: boolean
  /** Given as one even step from the least value on. */
  step: number | null
  list: number[]
}

function parse(text: string, field: Field): Values | null {
  if (text === '*' || text === '?') return { all: true, step: null, list: [] }
  const found = new Set<number>()
  let step: number | null = null
  for (const part of text.split(',')) {
    const match = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part)
    if (!match) return null
    const from = match[1] === '*' ? field.min : ordinal(match[1] ?? '', field)
    const every = match[3] === undefined ? 1 : Number(match[3])
    let to =
      match[2] !== undefined ? ordinal(match[2], field) : match[3] !== undefined || match[1] === '*' ? field.max : from
    if (from === null || to === null) return null
    if (to === field.min && from > to && field.again !== undefined) to = field.again
    if (from === field.again && match[2] === undefined) to = from
    if (every < 1 || from > to) return null
    if (match[3] !== undefined && from === field.min && to === field.max && !text.includes(',')) step = every
    for (let n = from; n <= to; n += every) found.add(n === field.again ? field.min : n)
  }
  const list = [...found].sort((a, b) => a - b)
  return { all: list.length === field.max - field.min + 1, step: step === 1 ? null : step, list }
}

function ordinal(text: string, field: Field): number | null {
  const named = field.names?.findIndex((name) => text.length >= 3 && name.toLowerCase().startsWith(text.toLowerCase()))
  const n = named !== undefined && named >= 0 ? named + field.min : /^\d+$/.test(text) ? Number(text) : NaN
  return n >= field.min && n <= (field.again ?? field.max) ? n : null
}

const MAX_TIMES = 4
const pad = (n: number) => String(n).padStart(2, '0')
const and = (words: string[]) =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`

function timeWords(s: Values, m: Values, h: Values): string | null {
  const second = s.list.length === 1 ? (s.list[0] ?? 0) : null
  if (second === null) {
    if (!m.all || !h.all) return null
    return s.all ? 'every second' : s.step ? `every ${s.step} seconds` : null
  }
  const late = second === 0 ? '' : `, ${second} s past`
  const within = h.all ? '' : hourRange(h)
  if (m.all) return within === null ? null : `every minute${within}${late}`
  if (m.step) return within === null ? null : `every ${m.step} minutes${within}${late}`
  if (!h.all && !h.step && h.list.length > 1 && within !== null && m.list.length > 1 && m.list.length <= MAX_TIMES)
    return `every hour${within} at minutes ${and(m.list.map(String))}${late}`
  if (h.all || h.step) {
    const every = h.step ? `every ${h.step} hours` : 'every hour'
    if (m.list.length > MAX_TIMES) return null
    const sharp = m.list.length === 1 && m.list[0] === 0
    return sharp
      ? `${every}, on the hour${late}`
      : `${every} at ${m.list.length === 1 ? 'minute' : 'minutes'} ${and(m.list.map(String))}${late}`
  }
  const times = h.list.flatMap((hour) =>
    m.list.map((minute) => `${pad(hour)}:${pad(minute)}${second === 0 ? '' : `:${pad(second)}`}`),
  )
  return times.length > MAX_TIMES ? null : `at ${and(times)}`
}

/** ` from 09:00 to 17:59`, where the hours follow each other. */
function hourRange({ list }: Values): string | null {
  const [first, last] = [list[0], list.at(-1)]
  if (first === undefined || last === undefined || last - first !== list.length - 1) return null
  return ` from ${pad(first)}:00 to ${pad(last)}:59`
}

/** Either is enough where both are given; an asterisk with a step gives none. */
function dayWords(days: Values, weekdays: Values, either: boolean): string {
  const week = weekdays.all ? '' : weekdayWords(weekdays)
  const month = days.all
    ? ''
    : days.step
      ? `every ${days.step} days of the month`
      : `on ${days.list.length === 1 ? 'day' : 'days'} ${and(days.list.map(String))} of the month`
  if (!month) return `on ${week}`
  if (!week) return month
  return either ? `${month} or on ${week}` : `${month}, if it is ${week}`
}

function weekdayWords({ list }: Values): string {
  const name = (n: number) => WEEKDAYS[n] ?? ''
  const [first, last] = [list[0], list.at(-1)]
  if (first !== undefined && last !== undefined && list.length > 2 && last - first === list.length - 1)
    return `${name(first)} to ${name(last)}`
  return and(list.map(name))
}

const monthWords = (months: Values) => (months.all ? '' : `in ${and(months.list.map((n) => MONTHS[n - 1] ?? ''))}`)
