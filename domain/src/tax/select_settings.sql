select
  seller_name, address_lines, city, postcode, country, tax_id, registration, email, prices, business_by
from billing_setting
where one
