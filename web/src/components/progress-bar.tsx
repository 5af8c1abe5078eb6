/** A bar for what is in progress; screen readers hear its number. */
export function ProgressBar({ percent, label }: { percent: number; label: string }) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      className="h-1.5 overflow-hidden rounded-full bg-surface-3"
    >
      <div
        className="tone h-full rounded-full bg-info-dot transition-[width] duration-200"
        style={{ width: `${Math.max(3, percent)}%` }}
      />
    </div>
  )
}
