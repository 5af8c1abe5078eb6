const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 })
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 })

/** `1,204,331`. */
export const formatCount = (n: number) => whole.format(n)

/** `1.2M` from a million on, `48,120` below: for places with little room. */
export const formatShortCount = (n: number) => (n >= 1_000_000 ? compact.format(n) : whole.format(n))

/** `1 job`, `1,204 jobs`. */
export const countOf = (n: number, one: string, many = `${one}s`) => `${formatCount(n)} ${n === 1 ? one : many}`

/** `0.4 %` of a share from 0 to 1; small ones keep a digit, so that they do not read as none. */
export function formatShare(share: number): string {
  const percent = share * 100
  if (percent === 0) return '0 %'
  if (percent < 0.1) return '< 0.1 %'
  return `${percent < 10 ? percent.toFixed(1).replace(/\.0$/, '') : Math.round(percent)} %`
}

/** `240 ms`, `1.25 s`, `12 s`, `4 min`: a duration at the precision that a person compares by. */
export function formatDuration(seconds: number): string {
  if (seconds < 0.0005) return '0 ms'
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 10) return `${seconds.toFixed(2)} s`
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const s = Math.round(seconds)
  if (s < 3600) return s % 60 === 0 ? `${s / 60} min` : `${Math.floor(s / 60)} min ${s % 60} s`
  return `${(s / 3600).toFixed(1)} h`
}

/** `340/s`, `1.2/s`, `0.03/s`. */
export function formatRate(perSecond: number): string {
  if (perSecond === 0) return '0/s'
  if (perSecond >= 10) return `${whole.format(perSecond)}/s`
  return `${perSecond >= 1 ? perSecond.toFixed(1) : perSecond.toPrecision(2)}/s`
}

/** `412 MB`, `1.3 GB` of bytes, as memory is counted. */
export function formatBytes(bytes: number): string {
  const mib = bytes / 1024 / 1024
  return mib >= 1024 ? `${(mib / 1024).toFixed(1)} GB` : `${Math.round(mib)} MB`
}
