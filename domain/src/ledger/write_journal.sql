-- A journal whose cause is on record already is not written again, and then nothing that follows happens.
with wrote as (
  insert into journal (idem_key, kind, org_id, job_id, effective_at, meta)
  values ($1, $2, $3, $4, $5, $6)
  on conflict (idem_key) do nothing
  returning id, org_id
)
