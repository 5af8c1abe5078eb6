delete from vps_secret
where vps_id in (
  select s.vps_id
  from vps_secret s
  join vps v on v.id = s.vps_id
  where v.status in ('failed', 'deleted')
    and s.created_at < business_now() - interval '24 hours'
  limit $1
)
