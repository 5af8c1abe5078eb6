-- The third form of a supplier's invoice (docs/adr/0045).
alter table supplier_invoice drop constraint supplier_invoice_form_check;
alter table supplier_invoice
  add constraint supplier_invoice_form_check check (form in ('csv', 'linode', 'digitalocean'));

-- A machine is named by the supplier's id, or where a form has none, by the name that we gave it.
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
    where w.cloud_id = l.cloud_id and (w.provider_ref = l.machine_ref or w.provider_label = l.machine_ref)
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

-- When the payment provider may be asked again (docs/adr/0050): one for all workers.
create table payment_pace (
  provider text primary key check (provider in ('paypal')),
  -- By PostgreSQL's own clock: turns do not move with business time.
  free_at timestamptz not null
);
insert into payment_pace (provider, free_at) values ('paypal', 'epoch');
