-- Sold are the active plans of clouds that are connected, switched on and valid, while the provider lists the
-- size.
from plan p
join cloud c on c.id = p.cloud_id
  and c.active and c.status = 'valid' and c.deleted_at is null
  and p.active and p.deleted_at is null
join cloud_type t on t.cloud_id = p.cloud_id and t.id = p.type_id and t.gone_at is null
