-- Prices by the second (docs/adr/0048): null where an hour that has begun counts whole, else the fewest seconds that
-- are charged.
alter table plan add column minimum_s int check (minimum_s between 1 and 3600);
alter table plan_price add column minimum_s int check (minimum_s between 1 and 3600);
alter table vps add column minimum_s int check (minimum_s between 1 and 3600);
create or replace view vps_live with (security_invoker = true) as
  select * from vps where deleted_at is null and status <> 'failed';

-- A price that follows another has no minimum of its own: 1. What ended lasted for whole seconds: those that are
-- charged.
alter table usage_segment add column minimum_s int check (minimum_s between 1 and 3600);
-- Orders ask what is used and not charged yet; few installations have any.
create index usage_segment_by_second on usage_segment (org_id) where ended_at is null and minimum_s is not null;

-- What the first `rest` seconds of the `n`-th hour cost. Their month is the hour's, that in which it began.
create function usage_part(
  started_at timestamptz, month_micros bigint, hours_per_month int, capped boolean, base_micros bigint,
  cap_micros bigint, n int, rest int) returns bigint
language sql stable parallel safe as $$
  select (
    least(c, b + div(month_micros::numeric * (j * 3600 + rest), hours_per_month::numeric * 3600))
    - least(c, b + div(month_micros::numeric * j, hours_per_month::numeric)))::bigint
  from (
    select
      (n - 1 - case when capped then usage_begun(started_at, m) else 0 end)::bigint as j,
      case when capped and m <= started_at then base_micros else 0 end as b,
      case
        when not capped then 9223372036854775807
        when m <= started_at then coalesce(cap_micros, month_micros)
        else month_micros
      end as c
    from (select date_trunc('month', started_at + make_interval(hours => n - 1), 'UTC') as m offset 0) began
    offset 0
  ) months
$$;

-- What so many seconds cost: full hours as they are, and the seconds of the hour that has begun.
create function usage_seconds(
  started_at timestamptz, month_micros bigint, hours_per_month int, capped boolean, base_micros bigint,
  cap_micros bigint, seconds bigint) returns bigint
language sql stable parallel safe as $$
  select case when seconds <= 0 then 0 else
    usage_f(started_at, month_micros, hours_per_month, capped, base_micros, cap_micros, ((seconds - 1) / 3600)::int)
    + usage_part(started_at, month_micros, hours_per_month, capped, base_micros, cap_micros,
      ((seconds - 1) / 3600)::int + 1, ((seconds - 1) % 3600)::int + 1)
  end
$$;

-- What a segment should have been charged for its hours: to the second where it ended so, and else hour by hour.
create function usage_billed(s usage_segment) returns bigint language sql stable parallel safe as $$
  select case
    when s.minimum_s is not null and s.ended_at is not null then
      usage_seconds(s.started_at, s.month_micros, s.hours_per_month, s.capped, s.base_micros, s.cap_micros,
        extract(epoch from s.ended_at - s.started_at)::bigint)
    else
      usage_f(s.started_at, s.month_micros, s.hours_per_month, s.capped, s.base_micros, s.cap_micros, s.billed_hours)
  end
$$;

-- What a segment was charged for its first `n` hours, without reading its lines. Of those that were charged only the
-- last may be a part of an hour.
create function billed_through(s usage_segment, n int) returns bigint language sql stable parallel safe as $$
  select case
    when n >= s.billed_hours then s.billed_micros
    else usage_f(s.started_at, s.month_micros, s.hours_per_month, s.capped, s.base_micros, s.cap_micros, n)
  end
$$;

-- For how many seconds of its first `n` hours, of those that were charged.
create function seconds_through(s usage_segment, n int) returns bigint language sql immutable parallel safe as $$
  select case
    when s.minimum_s is null or s.ended_at is null then n::bigint * 3600
    else least(n::bigint * 3600, extract(epoch from s.ended_at - s.started_at)::bigint)
  end
$$;

-- What a segment was charged for hours that began at or after `since`, without reading its lines.
create or replace function charged_since(s usage_segment, since timestamptz) returns bigint
language sql stable parallel safe as $$
  select s.billed_micros - billed_through(s, usage_begun(s.started_at, since))
$$;

-- What so many seconds of one calendar month cost at the provider: a month's price at most.
create function cost_of_seconds(cost_month_micros bigint, hours_per_month int, seconds bigint) returns bigint
language sql immutable parallel safe as $$
  select least(cost_month_micros, cost_month_micros * seconds / (hours_per_month::bigint * 3600))
$$;

create or replace function supplier_servers(uuid)
returns table (
  machine_ref text, vps_id uuid, from_at timestamptz, to_at timestamptz, asked_micros bigint, charged_micros bigint)
language sql stable as $$
  select l.machine_ref, v.id, l.from_at, l.to_at, l.asked, coalesce(u.charged, 0)
  from (
    select
      i.cloud_id, x.machine_ref, min(x.from_at) as from_at, max(x.to_at) as to_at, sum(x.amount_micros)::bigint as asked
    from public.supplier_line x
    join public.supplier_invoice i on i.id = x.invoice_id
    where x.invoice_id = $1
    group by i.cloud_id, x.machine_ref
  ) l
  left join lateral (
    select w.id from public.vps w
    where w.cloud_id = l.cloud_id and w.provider_ref = l.machine_ref
    order by w.id desc limit 1
  ) v on true
  left join lateral (
    select sum(
      billed_through(s, usage_begun(s.started_at, l.to_at))
      - billed_through(s, usage_begun(s.started_at, l.from_at)))::bigint as charged
    from public.usage_segment s
    where s.vps_id = v.id and s.billed_hours > 0
  ) u on true
$$;
