-- What administrators did to a job or a queue, and why, is shown on its page. The lists of events are those of the
-- statements, word for word: else no plan takes these indexes.

create index activity_job on activity (job_id, id desc)
  where event in ('job.retry', 'job.cancel', 'job.discard', 'job.bulk');
create index activity_queue on activity ((metadata->>'queue'), id desc)
  where event in ('queue.pause', 'queue.resume', 'queue.tune');
