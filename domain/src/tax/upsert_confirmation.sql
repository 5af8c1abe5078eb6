insert into tax_confirmation (org_id, tax_id, reference, confirmed_on, confirmed_by, created_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (org_id) do update set
  tax_id = excluded.tax_id, reference = excluded.reference, confirmed_on = excluded.confirmed_on,
  confirmed_by = excluded.confirmed_by, created_at = excluded.created_at
