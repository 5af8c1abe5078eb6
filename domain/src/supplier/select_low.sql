-- The newest invoice of each cloud that is not older than two months.
with newest as (
  select distinct on (i.cloud_id) i.id, i.cloud_id, i.number, i.total_micros
  from supplier_invoice i
  where i.imported_at > business_now() - interval '62 days'
  order by i.cloud_id, i.id desc
)
select n.id, c.name as cloud_name, n.number
from newest n
join cloud c on c.id = n.cloud_id and c.deleted_at is null
cross join billing_setting b
where (
  select n.total_micros * 10000::numeric > coalesce(sum(m.charged_micros), 0) * (10000 - b.min_margin_bp)
  from supplier_servers(n.id) m)
order by n.id
