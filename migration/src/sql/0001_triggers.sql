-- History is append-only, whoever asks: the owner and a superuser too.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: correct it with a new entry', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger journal_append_only before update or delete or truncate on journal for each statement execute function refuse_change();
create trigger posting_append_only before update or delete or truncate on posting for each statement execute function refuse_change();
create trigger usage_line_append_only before update or delete or truncate on usage_line for each statement execute function refuse_change();
create trigger activity_append_only before update or delete or truncate on activity for each statement execute function refuse_change();

-- Each journal's postings sum to zero in each currency when the transaction commits.
create function check_balanced() returns trigger language plpgsql as $$
begin
  if exists (select from posting p join account a on a.id = p.account_id
             where p.journal_id = new.journal_id group by a.currency having sum(p.amount_micros) <> 0) then
    raise exception 'journal % does not balance', new.journal_id using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger posting_balanced after insert on posting deferrable initially deferred
  for each row execute function check_balanced();

-- The doorbell's doorbell: wakes relays when jobs arrive, with the queue: "queue:<name>".
create function ring_job() returns trigger language plpgsql as $$
begin
  perform pg_notify('job', 'queue:' || queue) from (select distinct queue from fresh) q;
  return null;
end $$;
create trigger job_rung after insert on job referencing new table as fresh for each statement execute function ring_job();

-- Tells pages that a job about a thing that people watch has moved on: "<job>".
create function tell_job() returns trigger language plpgsql as $$
begin
  perform pg_notify('job', new.id::text);
  return null;
end $$;
create trigger job_told after update on job for each row
  when (new.target_id is not null and
        (old.state, old.step, old.progress, old.cancel_requested) is distinct from
        (new.state, new.step, new.progress, new.cancel_requested))
  execute function tell_job();

-- One notification a statement, with the range of ids: "<first>-<last>". Readers fetch the rows.
create function tell_activity() returns trigger language plpgsql as $$
declare span text;
begin
  select min(id) || '-' || max(id) into span from fresh;
  if span is not null then perform pg_notify('activity', span); end if;
  return null;
end $$;
create trigger activity_told after insert on activity referencing new table as fresh
  for each statement execute function tell_activity();
