  sum(s.done) as done,
  sum(s.failed) as failed,
  sum(s.retried) as retried,
  sum_counts(s.waits) as waits,
  sum_counts(s.runs) as runs
