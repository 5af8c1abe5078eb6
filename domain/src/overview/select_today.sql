with day as materialized (select date_trunc('day', business_now()) as began)
select
  (select count(*) from vps where started_at >= began) as created,
  (select count(*) from vps where deleted_at >= began and started_at is not null) as deleted,
  (select count(*) from vps where failure is not null and started_at is null and created_at >= began) as failed,
  (select count(*) from org where deleted_at is null and created_at >= began) as customers,
  (
    select coalesce(sum(p.amount_micros), 0)
    from journal j
    join posting p on p.journal_id = j.id
    join account a on a.id = p.account_id and a.kind = 'wallet'
    where j.kind in ('credit', 'topup', 'allocation') and j.effective_at >= began
  )::bigint as credit_micros
from day
