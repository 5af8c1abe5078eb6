insert into dispute (id, provider_ref, capture_id, payment_id, org_id, state, opened_at)
select $1, $2, c.id, c.payment_id, c.org_id, 'open', $4
from payment_capture c
where c.provider_ref = $3
on conflict (provider_ref) do nothing
