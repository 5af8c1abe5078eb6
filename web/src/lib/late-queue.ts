/** A queue is late when its oldest due job has waited longer than this, in seconds. */
const LATE_S = 30

export const isLateQueue = ({ oldest_due_s }: { oldest_due_s?: number | null }) => (oldest_due_s ?? 0) > LATE_S
