select
  t.session_id, s.user_id, u.role, u.token_epoch,
  s.created_at as opened_at, s.expires_at, t.used_at, s.successor_sealed,
  (select l.hash from refresh_token l where l.session_id = s.id and l.used_at is null) as living_hash,
  s.revoked_at is null and s.expires_at > $2 and u.deleted_at is null and u.disabled_at is null
    -- An administrator in another's place is there as long as they are one and signed in themself.
    and (
      i.id is null
      or (
        i.ended_at is null and i.until_at > $2 and p.revoked_at is null and p.expires_at > $2
        and a.role = 'admin' and a.token_epoch = i.admin_epoch and a.deleted_at is null and a.disabled_at is null
      )
    ) as alive,
  s.amr, s.verified_at, s.impersonator_id, s.impersonation_id,
  i.writes, i.admin_epoch, i.parent_id, p.expires_at as parent_until, i.until_at, i.org_id as only_org
from refresh_token t
join session s on s.id = t.session_id
join app_user u on u.id = s.user_id
left join impersonation i on i.id = s.impersonation_id
left join session p on p.id = i.parent_id
left join app_user a on a.id = i.admin_id
where t.hash = $1
