-- $1 is the organisation that pays the price.
select
  r.id, r.label, r.country, r.available and coalesce(o.available, true) as available,
  org_price(
    $1::uuid, p.id, coalesce(o.month_micros, t.month_micros) + p.markup_month_micros, business_now()) as month_micros,
  p.hours_per_month, p.capped, p.minimum_s
