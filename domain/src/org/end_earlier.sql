update invitation set
  state = case when expires_at <= $3 then 'expired' else 'revoked' end, ended_at = $3, sealed = null
where org_id = $1 and email = $2 and state = 'pending'
