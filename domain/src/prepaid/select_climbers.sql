-- Organisations whose funds end, or whose servers were stopped for it. A ladder that was begun is climbed whatever was
-- decided since; one of an organisation whose servers shall run on again is ended with the next credit.
select o.org_id, o.ladder_hours
from (
  select p.org_id, p.ladder_hours
  from wallet_policy p
  join wallet_forecast f on f.org_id = p.org_id and f.zero_at <= business_now()
  where p.funds_end = 'ladder'
  union
  select l.org_id, coalesce(p.ladder_hours, 72)
  from ladder l
  left join wallet_policy p on p.org_id = l.org_id
  where l.ended_at is null
) o
where $1::uuid is null or o.org_id = $1
order by o.org_id
limit $2
