select
  c.id, c.provider, c.name, c.status, c.status_detail, c.active, c.email, c.token_hint, c.endpoint,
  c.synced_at, c.created_at, c.paused_at is not null as paused, c.paused_reason,
  (
    select count(*) from cloud_finding f where f.cloud_id = c.id and f.settled_at is null and f.held is not null
  ) as held,
  c.account_seen is not null as other_account, c.epoch_held is not null as untrusted,
  (select count(*) from cloud_type t where t.cloud_id = c.id and t.gone_at is null) as types,
  (select count(*) from cloud_region r where r.cloud_id = c.id) as regions,
  (select count(*) from cloud_image i where i.cloud_id = c.id and not i.deprecated) as images,
  (select count(*) from vps_live v where v.cloud_id = c.id) as servers
from cloud c
where c.deleted_at is null
