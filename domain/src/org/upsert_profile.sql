insert into org_profile (
  org_id, website, address_lines, city, postcode, country, tax_id, billing_name, billing_email, updated_at,
  changed_by)
select
  $1::uuid, p.website, p.address_lines, p.city, p.postcode, p.country, p.tax_id, p.billing_name, p.billing_email,
  $3::timestamptz, $4::uuid
from jsonb_to_record($2) as p(
  website text, address_lines text, city text, postcode text, country text, tax_id text, billing_name text,
  billing_email text)
on conflict (org_id) do update set
  website = excluded.website, address_lines = excluded.address_lines, city = excluded.city,
  postcode = excluded.postcode, country = excluded.country, tax_id = excluded.tax_id,
  billing_name = excluded.billing_name, billing_email = excluded.billing_email, updated_at = excluded.updated_at,
  changed_by = excluded.changed_by
