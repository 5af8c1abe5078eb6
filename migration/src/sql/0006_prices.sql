-- What a size costs, and whether it can be had, differs from region to region.
create table cloud_offer (
  cloud_id uuid not null references cloud,
  type_id text not null,
  region_id text not null,
  -- Null where the size costs what it costs elsewhere.
  hour_micros bigint check (hour_micros >= 0),
  month_micros bigint check (month_micros >= 0),
  available boolean not null,
  seen_at timestamptz not null,
  primary key (cloud_id, type_id, region_id),
  constraint cloud_offer_price check ((hour_micros is null) = (month_micros is null))
);

-- A size that the provider no longer sells stays while a plan is of it.
alter table cloud_type add column gone_at timestamptz;

-- What the provider charged when an administrator last set the plan.
alter table plan add column known_cost_micros bigint check (known_cost_micros >= 0);
update plan p set known_cost_micros = t.month_micros
from cloud_type t
where t.cloud_id = p.cloud_id and t.id = p.type_id;

-- Plans whose size was removed are shown again, with the figures of the last server that was ordered from them.
insert into cloud_type (
  cloud_id, id, label, class, vcpus, memory_mib, disk_gib, transfer_gb, hour_micros, month_micros, seen_at, gone_at)
select distinct on (p.cloud_id, p.type_id)
  p.cloud_id, p.type_id, p.type_id, '', coalesce(v.vcpus, 0), coalesce(v.memory_mib, 0), coalesce(v.disk_gib, 0),
  coalesce(v.transfer_gb, 0), 0, coalesce(v.cost_month_micros, 0), now(), now()
from plan p
left join lateral (select * from vps where vps.plan_id = p.id order by vps.id desc limit 1) v on true
where p.deleted_at is null
  and not exists (select from cloud_type t where t.cloud_id = p.cloud_id and t.id = p.type_id)
order by p.cloud_id, p.type_id, v.id desc nulls last;

-- Which field of the order the customer has to fill in differently: a pointer such as `/root_password`.
alter table vps add column failure_field text check (length(failure_field) <= 100);
create or replace view vps_live with (security_invoker = true) as
  select * from vps where deleted_at is null and status <> 'failed';

-- The name of a failed order is free again, also while what is left of that order is being deleted.
drop index vps_label;
create unique index vps_label on vps (org_id, lower(label))
where deleted_at is null and status <> 'failed' and status_before_delete is distinct from 'failed';

-- Expressions are read as crontab reads them, where Sunday is 0 and not 1. Names mean the same to every version.
with said as (
  select name, string_to_array(regexp_replace(btrim(cron), '\s+', ' ', 'g'), ' ') as words
  from schedule
), item as (
  select s.name, i.at, i.text, regexp_match(i.text, '^(\d+)(?:-(\d+))?(?:/(\d+))?$') as read
  from said s
  cross join unnest(string_to_array(s.words[cardinality(s.words)], ',')) with ordinality i(text, at)
), named as (
  select
    name,
    string_agg(
      case when read is null then text else (
        select string_agg((array['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'])[day], ',' order by day)
        from generate_series(
          read[1]::int,
          coalesce(read[2]::int, case when read[3] is null then read[1]::int else 7 end),
          coalesce(read[3]::int, 1)
        ) day
      ) end,
      ',' order by at
    ) as weekdays
  from item
  group by name
  having bool_or(read is not null)
)
update schedule s
set cron = array_to_string(said.words[:cardinality(said.words) - 1] || named.weekdays, ' ')
from named
join said using (name)
where s.name = named.name and named.weekdays is not null;

-- Both a day of month and a day of week had to match; either is enough now.
insert into activity (event, status, message, metadata)
select
  'schedule.change', 'warning',
  'The schedule ' || name || ' ticks more often than before: where day of month and day of week are both given, '
    || 'either is enough now, as in crontab',
  jsonb_build_object('schedule', name, 'cron', cron)
from schedule
cross join lateral (select regexp_split_to_array(btrim(cron), '\s+') as words) said
where words[cardinality(words) - 2] !~ '^[*?]' and words[cardinality(words)] !~ '^[*?]';
