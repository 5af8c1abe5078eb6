-- Revenue is what was posted to the platform's revenue account; its journals of this month hold those of
-- today.
select
  (select count(*) from org where deleted_at is null) as customers,
  coalesce((select sum(balance_micros) from account where kind = 'wallet'), 0)::bigint as balance,
  coalesce((select sum(balance_micros) from account where kind = 'receivable'), 0)::bigint as receivable,
  coalesce(
    sum(p.amount_micros) filter (where j.effective_at >= date_trunc('day', business_now())), 0
  )::bigint as day,
  coalesce(sum(p.amount_micros), 0)::bigint as month
from posting p
join journal j on j.id = p.journal_id
where p.account_id = (select id from account where kind = 'revenue' and org_id is null and currency = 'USD')
  and j.effective_at >= date_trunc('month', business_now())
