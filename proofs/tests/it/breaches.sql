update vps set status = 'provisioning' where provider_label = 'sp-2'
----
insert into job (id, kind, queue, target_type, target_id, state, max_attempts, deadline_at, finished_at)
select gen_random_uuid(), 'vps.power', 'power', 'vps', id, 'succeeded', 1, now(), now()
from vps
where provider_label = 'sp-3'
----
insert into job (id, kind, queue, state, max_attempts, deadline_at, finished_at)
values (gen_random_uuid(), 'mail.send', 'mail', 'failed', 1, now(), now())
----
update account set balance_micros = 7 where kind = 'hold'
----
update vps set status = 'stopped' where provider_label = 'sp-4'
----
insert into usage_segment (id, vps_id, org_id, month_micros, started_at, ended_at, billed_hours)
select gen_random_uuid(), id, org_id, 0, now(), now(), 1 from vps where provider_label = 'sp-3'
----
update usage_segment set started_at = started_at - interval '1 hour'
where vps_id = (select id from vps where provider_label = 'sp-1')
----
update usage_segment set billed_micros = 4 where vps_id = (select id from vps where provider_label = 'sp-1')
----
insert into job (id, kind, queue, params, state, max_attempts, deadline_at, finished_at)
values (gen_random_uuid(), 'billing.charge', 'billing', '{"tick": 1}', 'succeeded', 1, now(), now())
----
insert into activity (event, status, job_id, message)
select 'vps.running', 'info', repeat('4', 32)::uuid, 'runs' from generate_series(1, 2)
----
insert into journal (idem_key, kind, effective_at) values ('empty:1', 'credit', now())
----
update account set balance_micros = 6 where kind = 'wallet'
----
do $$
declare c text;
begin
  for c in select conname from pg_constraint where contype = 'c' and conrelid = 'account'::regclass loop
    execute 'alter table account drop constraint ' || quote_ident(c);
  end loop;
end $$;
update account set balance_micros = -1 where kind = 'wallet'
----
delete from schedule_tick where tick_at = date_trunc('hour', now()) - interval '1 hour'
----
update schedule_tick set job_id = null where tick_at = date_trunc('hour', now())
----
insert into job_step (job_id, step, lease_token, phase, name, at)
values ('00000000-0000-7000-8000-000000000001', 1, 1, 'done', 'late', now() - interval '3 s')
----
insert into job_step (job_id, step, lease_token, phase, name, at)
values ('00000000-0000-7000-8000-000000000002', 0, 1, 'done', 'charge', now() + interval '9 s')
----
insert into journal (idem_key, kind, job_id, effective_at, created_at)
values ('late:1', 'usage', '00000000-0000-7000-8000-000000000003', now(), now() + interval '9 s')
