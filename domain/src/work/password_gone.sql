  -- An order that failed, by password alone, whose password was removed (domain/src/tidy.rs).
  j.kind = 'vps.provision' and j.state in ('failed', 'cancelled') and v.id is not null
    and v.ssh_public_key is null
    and not exists (select from vps_secret s where s.vps_id = v.id) as password_gone,
  case when j.kind = 'vps.provision' then v.month_micros end as order_month_micros,
  case when j.kind = 'vps.provision' then v.hours_per_month end as order_hours_per_month
