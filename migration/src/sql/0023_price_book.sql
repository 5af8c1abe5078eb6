-- The price book (docs/adr/0038): versions of prices, a cap for each calendar month, prices of single organisations, and
-- reports of each run that charges.

-- A plan's rule. What is on sale already keeps its own: only plans that are added from now on have a cap.
alter table plan
  add column hours_per_month int not null default 730 check (hours_per_month in (730, 672)),
  add column capped boolean not null default false;
alter table plan alter column capped set default true;

-- What a plan cost, and from when: a change is a new row. Orders name the version that they were placed at.
create table plan_price (
  plan_id uuid not null references plan,
  version int not null check (version > 0),
  cost_month_micros bigint not null check (cost_month_micros >= 0),
  markup_month_micros bigint not null check (markup_month_micros between 0 and 50000000000),
  -- The provider's price of a month by region, where it differs.
  region_costs jsonb not null default '{}',
  hours_per_month int not null check (hours_per_month in (730, 672)),
  capped boolean not null,
  since timestamptz not null,
  primary key (plan_id, version)
);
create trigger plan_price_append_only before update or delete or truncate on plan_price
  for each statement execute function refuse_change();
revoke update, delete, truncate on plan_price from skypanel_app;

insert into plan_price (plan_id, version, cost_month_micros, markup_month_micros, region_costs, hours_per_month, capped,
  since)
select
  p.id, 1, t.month_micros, p.markup_month_micros,
  coalesce((
    select jsonb_object_agg(o.region_id, o.month_micros) from cloud_offer o
    where o.cloud_id = p.cloud_id and o.type_id = p.type_id and o.month_micros <> t.month_micros), '{}'),
  p.hours_per_month, p.capped, p.created_at
from plan p
join cloud_type t on t.cloud_id = p.cloud_id and t.id = p.type_id;

-- The snapshot of an order: its rule, and the version of its price.
alter table vps
  add column capped boolean not null default false,
  add column price_version int,
  -- The list's price of a month, where the organisation pays another.
  add column list_month_micros bigint check (list_month_micros between 0 and 100000000000);
create or replace view vps_live with (security_invoker = true) as
  select * from vps where deleted_at is null and status <> 'failed';

alter table usage_segment
  add column capped boolean not null default false,
  add column price_version int,
  -- What earlier prices of the server cost in the month in which this one begins.
  add column base_micros bigint not null default 0 check (base_micros >= 0),
  -- The dearest price of that month, where an earlier one is dearer or it is shared.
  add column cap_micros bigint check (cap_micros between 0 and 100000000000);

-- A price of one organisation: its own for a plan, or a discount; from a moment, until another.
create table price_override (
  id uuid primary key,
  org_id uuid not null references org,
  plan_id uuid references plan,
  month_micros bigint check (month_micros between 0 and 100000000000),
  discount_bp int check (discount_bp between 1 and 10000),
  from_at timestamptz not null,
  until_at timestamptz,
  created_at timestamptz not null,
  check (num_nonnulls(month_micros, discount_bp) = 1),
  check (month_micros is null or plan_id is not null),
  check (until_at > from_at)
);
create index price_override_org on price_override (org_id, from_at);

-- Servers that get another price from a moment on: a version of the plan's, or what their organisation's overrides say
-- at that moment.
create table price_move (
  id uuid primary key,
  plan_id uuid references plan,
  version int,
  org_id uuid references org,
  override_id uuid references price_override,
  from_at timestamptz not null,
  created_at timestamptz not null,
  cancelled_at timestamptz,
  done_at timestamptz,
  check (plan_id is not null or org_id is not null)
);
create index price_move_due on price_move (from_at) where done_at is null and cancelled_at is null;

-- A run of `billing.charge`, and its chunks: each is a job and a transaction.
create table charge_run (
  id uuid primary key,
  tick timestamptz not null,
  started_at timestamptz not null
);
create index charge_run_started on charge_run (started_at desc, id desc);
create table charge_chunk (
  run_id uuid not null references charge_run,
  no int not null check (no > 0),
  job_id uuid not null,
  first_org uuid not null,
  last_org uuid not null,
  orgs int not null check (orgs >= 0),
  servers int not null check (servers >= 0),
  done_at timestamptz,
  charged int,
  in_debt int,
  lines int,
  micros bigint,
  took_ms int,
  primary key (run_id, no)
);

-- Hours that began before an instant.
create function usage_begun(started_at timestamptz, before timestamptz) returns int
language sql immutable parallel safe as $$
  select greatest(0, ceil(extract(epoch from before - started_at) / 3600))::int
$$;

-- What `n` hours cost: the cumulative function of domain/src/rating, month by month under a cap.
create function usage_f(
  started_at timestamptz, month_micros bigint, hours_per_month int, capped boolean, base_micros bigint,
  cap_micros bigint, n int) returns bigint
language sql stable parallel safe as $$
  select case
    when n <= 0 then 0
    when not capped then month_micros * n / hours_per_month
    else (
      select sum(least(c, b + month_micros * j / hours_per_month) - least(c, b))::bigint
      from (
        select
          least(n, usage_begun(started_at, (m + interval '1 month') at time zone 'UTC'))
            - usage_begun(started_at, m at time zone 'UTC') as j,
          case when m at time zone 'UTC' <= started_at then base_micros else 0 end as b,
          case when m at time zone 'UTC' <= started_at then coalesce(cap_micros, month_micros) else month_micros end
            as c
        from generate_series(
          date_trunc('month', started_at at time zone 'UTC'),
          (started_at + make_interval(hours => n - 1)) at time zone 'UTC',
          interval '1 month') m
      ) months
    )
  end
$$;

-- What the `n`-th hour costs under a cap: what the function of its month rises by.
create function usage_hour(
  started_at timestamptz, month_micros bigint, hours_per_month int, base_micros bigint, cap_micros bigint, n int)
returns bigint
language sql stable parallel safe as $$
  select
    least(c, b + month_micros * j / hours_per_month) - least(c, b + month_micros * (j - 1) / hours_per_month)
  from (
    select
      n - usage_begun(started_at, m) as j,
      case when m <= started_at then base_micros else 0 end as b,
      case when m <= started_at then coalesce(cap_micros, month_micros) else month_micros end as c
    from (select date_trunc('month', started_at + make_interval(hours => n - 1), 'UTC') as m offset 0) began
    offset 0
  ) months
$$;

-- What a segment was charged for hours that began at or after `since`, without reading its lines.
create or replace function charged_since(s usage_segment, since timestamptz) returns bigint
language sql stable parallel safe as $$
  select s.billed_micros - usage_f(
    s.started_at, s.month_micros, s.hours_per_month, s.capped, s.base_micros, s.cap_micros,
    least(s.billed_hours, usage_begun(s.started_at, since)))
$$;

-- What an organisation pays for a month of a plan at a moment: its own price, else the list's less its best discount.
create function org_price(org uuid, plan uuid, list_micros bigint, at timestamptz) returns bigint
language sql stable parallel safe as $$
  select coalesce(
    (select o.month_micros from price_override o
      where o.org_id = org and o.plan_id = plan and o.month_micros is not null
        and o.from_at <= at and (o.until_at is null or o.until_at > at)
      order by o.from_at desc, o.id desc limit 1),
    (select list_micros * (10000 - max(o.discount_bp)) / 10000 from price_override o
      where o.org_id = org and (o.plan_id = plan or o.plan_id is null) and o.discount_bp is not null
        and o.from_at <= at and (o.until_at is null or o.until_at > at)),
    list_micros)
$$;
