update billing_setting
set
  seller_name = s.seller_name, address_lines = s.address_lines, city = s.city, postcode = s.postcode,
  country = s.country, tax_id = s.tax_id, registration = s.registration, email = s.email,
  prices = $2, business_by = $3, updated_at = $4
from jsonb_to_record($1) as s(
  seller_name text, address_lines text, city text, postcode text, country text, tax_id text, registration text,
  email text)
