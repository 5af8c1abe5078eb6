-- Null leaves a column as it is. The reason is that of the pause, so it goes with it. What was missed by another
-- expression is not made up for by a new one, and a pause ends with a backlog of the window at most: the last tick
-- moves up to where ticks count from.
update schedule
set cron = coalesce($2, cron),
    next_tick = coalesce($3, next_tick),
    paused = coalesce($4, paused),
    paused_reason = case when coalesce($4, paused) then coalesce(paused_reason, $5) end,
    catch_up = coalesce(make_interval(secs => $6::bigint::float8), catch_up),
    last_tick = case
      when $2 <> cron then greatest(last_tick, business_now())
      when paused and not $4 then greatest(
        last_tick,
        business_now() - coalesce(make_interval(secs => $6::bigint::float8), catch_up)
      )
      else last_tick
    end
where name = $1
