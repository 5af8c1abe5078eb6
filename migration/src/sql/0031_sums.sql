-- What the provider asks for a server beside what the customer pays, kept with each stretch of its price.

alter table usage_segment add column cost_month_micros bigint check (cost_month_micros >= 0);

-- By the version of the plan's price in the server's region; before there were versions, by the order's snapshot.
create function segment_cost(vps uuid, version int) returns bigint language sql stable as $$
  select coalesce((p.region_costs ->> v.region_id)::bigint, p.cost_month_micros, v.cost_month_micros)
  from public.vps v
  left join public.plan_price p on p.plan_id = v.plan_id and p.version = segment_cost.version
  where v.id = segment_cost.vps
$$;

update usage_segment set cost_month_micros = segment_cost(vps_id, price_version) where kind = 'vps';

-- Backups have no price of the provider yet.
create function keep_segment_cost() returns trigger language plpgsql as $$
begin
  if new.kind = 'vps' and new.cost_month_micros is null then
    new.cost_month_micros := segment_cost(new.vps_id, new.price_version);
  end if;
  return new;
end $$;
create trigger usage_segment_cost before insert on usage_segment
  for each row execute function keep_segment_cost();

-- What `hours` of one calendar month cost at the provider: a month's price at most, as providers bill.
create function cost_of(cost_month_micros bigint, hours_per_month int, hours int) returns bigint
language sql immutable parallel safe as $$
  select least(cost_month_micros, cost_month_micros * hours / hours_per_month)
$$;

-- What suppliers ask for (docs/adr/0045), as their documents say it.
create table supplier_invoice (
  id uuid primary key,
  cloud_id uuid not null references cloud,
  number text not null check (length(number) between 1 and 100),
  form text not null check (form in ('csv', 'linode')),
  -- Of the document: the same one again is no other.
  sha256 bytea not null check (length(sha256) = 32),
  total_micros bigint not null,
  imported_by uuid references app_user,
  imported_at timestamptz not null,
  constraint supplier_invoice_number unique (cloud_id, number)
);
create table supplier_line (
  invoice_id uuid not null references supplier_invoice,
  no int not null check (no > 0),
  -- The supplier's id of the machine; none for what is about no machine.
  machine_ref text check (length(machine_ref) between 1 and 100),
  label text not null check (length(label) <= 500),
  from_at timestamptz not null,
  to_at timestamptz not null check (to_at > from_at),
  -- Negative for what is given back.
  amount_micros bigint not null,
  primary key (invoice_id, no)
);
create trigger supplier_invoice_append_only before update or delete or truncate on supplier_invoice
  for each statement execute function refuse_change();
create trigger supplier_line_append_only before update or delete or truncate on supplier_line
  for each statement execute function refuse_change();
revoke update, delete, truncate on supplier_invoice, supplier_line from skypanel_app;

-- A margin below this is told, in hundredths of a percent.
alter table billing_setting
  add column min_margin_bp int not null default 500 check (min_margin_bp between 0 and 9999);

-- Each machine of an invoice with the server that it is, what the supplier asks for it, and what was charged for the
-- hours that began in the time that the invoice is about.
create function supplier_servers(uuid)
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
      usage_f(s.started_at, s.month_micros, s.hours_per_month, s.capped, s.base_micros, s.cap_micros,
        least(s.billed_hours, usage_begun(s.started_at, l.to_at)))
      - usage_f(s.started_at, s.month_micros, s.hours_per_month, s.capped, s.base_micros, s.cap_micros,
        least(s.billed_hours, usage_begun(s.started_at, l.from_at))))::bigint as charged
    from public.usage_segment s
    where s.vps_id = v.id and s.billed_hours > 0
  ) u on true
$$;
