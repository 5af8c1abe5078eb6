-- By what the provider gave first: an order or a capture that we know is more than an id that anybody may have written
-- into one.
select p.id, p.org_id
from (
  select p.id, 1 as rank from payment p where p.order_id = $2
  union all
  select c.payment_id, 2 from payment_capture c where c.provider_ref = $3
  union all
  select d.payment_id, 3 from dispute d where d.provider_ref = $4
  union all
  select p.id, 4 from payment p where p.id = $1
) found
join payment p on p.id = found.id
order by found.rank
limit 1
