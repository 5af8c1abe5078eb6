select
  r.id, r.label, r.country, r.available and coalesce(o.available, true) as available,
  coalesce(o.month_micros, t.month_micros) + p.markup_month_micros as month_micros
