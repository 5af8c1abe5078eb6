-- Of a row that is there, only the kind of its jobs is the program's to say; another kind marks a row of an
-- older version. The first version wrote six parts, with 0 for the seconds in front: where no operator
-- changed them, they become the five of today.
insert into schedule (name, cron, catch_up, last_tick, job_kind)
values ($1, $2, make_interval(secs => $3), business_now(), $4)
on conflict (name) do update
set job_kind = excluded.job_kind,
    cron = case
      when schedule.cron = '0 ' || excluded.cron then excluded.cron
      else schedule.cron
    end
where schedule.job_kind <> excluded.job_kind
