with seen as (
  select *
  from jsonb_to_recordset($2) as m(
    provider_ref text, label text, server text, state text, tagged boolean, type_id text, ipv4 text, ipv6 text,
    made_at timestamptz
  )
),
