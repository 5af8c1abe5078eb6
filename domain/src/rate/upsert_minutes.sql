-- Rows are taken in one order, so that two processes never wait for each other.
insert into rate_minute (at, tier, key, allowed, refused)
select s.at, s.tier, s.key, sum(s.allowed), sum(s.refused)
from jsonb_to_recordset($1::jsonb) as s(at timestamptz, tier text, key text, allowed bigint, refused bigint)
group by s.at, s.tier, s.key
order by s.at, s.tier, s.key
on conflict (at, tier, key) do update
  set allowed = rate_minute.allowed + excluded.allowed, refused = rate_minute.refused + excluded.refused
