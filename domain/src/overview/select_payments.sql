select
  (
    select count(*) from payment_capture c
    where c.mismatch is not null and c.allocated_at is null
      and c.amount_micros > coalesce(
        (select sum(r.amount_micros) from payment_refund r where r.capture_id = c.id and r.state <> 'failed'), 0)
  ) as unallocated,
  (select count(*) from dispute where state = 'open') as disputed,
  coalesce((select found from payment_report order by at desc limit 1), 0)::bigint as differ
