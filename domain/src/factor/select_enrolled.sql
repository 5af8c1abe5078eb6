select
  exists (select from totp where user_id = $1) as totp,
  (select count(*) from passkey where user_id = $1 and rp_id = $2::text) as passkeys,
  (select count(*) from passkey where user_id = $1 and rp_id is distinct from $2::text) as passkeys_elsewhere,
  (select count(*) from recovery_code where user_id = $1 and used_at is null) as recovery_codes
