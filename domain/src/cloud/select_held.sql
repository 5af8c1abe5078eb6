select
  f.id, f.kind, f.provider_ref, f.label, f.vps_id, f.held, f.first_seen_at, f.made_at,
  case
    when f.kind = 'missing' then v.month_micros / v.hours_per_month
    else t.hour_micros
  end as hour_micros
from cloud_finding f
left join vps v on v.id = f.vps_id
left join cloud_type t on t.cloud_id = f.cloud_id and t.id = f.type_id
where f.cloud_id = $1 and f.settled_at is null and f.held is not null
order by f.kind, f.first_seen_at, f.id
limit $2
