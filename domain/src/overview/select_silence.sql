-- A mail that failed three times is told of while it is tried again; one that failed for good for a day.
select
  (
    select count(*) from schedule
    where not paused and next_tick < business_now() - make_interval(secs => $1::bigint)
  ) as schedules,
  (
    select count(*) from job
    where kind = 'mail.send'
      and discarded_at is null
      and (
        (state = 'retry' and attempts >= 3)
        or (state in ('failed', 'stuck') and coalesce(finished_at, now()) > now() - interval '1 day')
      )
  ) as mails,
  (
    select count(*)
    from vps_live v
    join cloud_type t on t.cloud_id = v.cloud_id and t.id = v.type_id and t.gone_at is null
    where v.month_micros < t.month_micros
  ) as below_cost
