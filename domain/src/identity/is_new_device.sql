-- A user who registers was nowhere before, and knows it. Devices are told by program and network: a cookie that says
-- more is asked before this.
select u.created_at < $3 and not exists (
  select from session before
  where before.user_id = u.id and before.id <> this.id and before.user_agent is not distinct from this.user_agent
    and network(set_masklen(before.ip, case family(before.ip) when 4 then 24 else 64 end))
      is not distinct from network(set_masklen(this.ip, case family(this.ip) when 4 then 24 else 64 end))
)
from app_user u
join session this on this.id = $2
where u.id = $1
