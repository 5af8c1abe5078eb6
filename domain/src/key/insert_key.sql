insert into api_key (id, org_id, user_id, name, ident, hash, scopes, ip_allow, created_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
