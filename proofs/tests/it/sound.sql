insert into org (id, name, vps_quota, created_at) values (repeat('1', 32)::uuid, 'Org', 10, now());
insert into account (kind, org_id, currency, balance_micros)
values ('wallet', repeat('1', 32)::uuid, 'USD', 5), ('hold', repeat('1', 32)::uuid, 'USD', 0);
insert into journal (idem_key, kind, org_id, effective_at) values ('credit:1', 'credit', repeat('1', 32)::uuid, now());
insert into posting (journal_id, seq, account_id, org_id, amount_micros)
select j.id, row_number() over (order by a.id), a.id, a.org_id, case a.kind when 'wallet' then 5 else -5 end
from journal j, account a
where a.kind = 'adjustment' or a.kind = 'wallet';

insert into schedule (name, cron, catch_up, last_tick)
values ('billing.hourly', '0 0 * * * *', '1 day', date_trunc('hour', now()));
insert into job (id, kind, queue, params, state, max_attempts, deadline_at, finished_at)
select ('00000000-0000-7000-8000-00000000000' || n)::uuid, 'billing.charge', 'billing', jsonb_build_object('tick', n),
       'succeeded', 1, now(), now()
from generate_series(1, 3) n;
insert into schedule_tick (name, tick_at, job_id)
select 'billing.hourly', date_trunc('hour', now()) - make_interval(hours => 3 - n),
       ('00000000-0000-7000-8000-00000000000' || n)::uuid
from generate_series(1, 3) n;

insert into vps (id, org_id, cloud_id, provider_label, label, status, desired, plan_id, plan_name, type_id, vcpus,
    memory_mib, disk_gib, transfer_gb, month_micros, cost_month_micros, region_id, image_id, created_at)
select ('00000000-0000-7000-9000-00000000000' || n)::uuid, repeat('1', 32)::uuid, repeat('2', 32)::uuid, 'sp-' || n,
       'server-' || n, status, 'running', repeat('3', 32)::uuid, 'Nano', 'g6-nanode-1', 1, 1024, 25, 1000, 730, 700,
       'us-east', 'linode/debian12', now()
from unnest(array['running', 'failed', 'failed', 'failed']) with ordinality s (status, n);
insert into usage_segment (id, vps_id, org_id, month_micros, started_at, billed_hours, billed_micros)
select id, id, org_id, 730, date_trunc('hour', now()) - interval '2 h 30 min', 3, 3
from vps
where status = 'running';
insert into usage_line (segment_id, hour_no, org_id, micros, journal_id)
select s.id, h, s.org_id, 1, (select min(id) from journal) from usage_segment s, generate_series(1, 3) h;
insert into job_step (job_id, step, lease_token, phase, name, at)
values ('00000000-0000-7000-8000-000000000001', 0, 1, 'intent', 'charge', now() - interval '5 s'),
       ('00000000-0000-7000-8000-000000000001', 0, 2, 'done', 'charge', now() - interval '4 s');
