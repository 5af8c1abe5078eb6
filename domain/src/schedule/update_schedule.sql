-- Null leaves a column as it is. The reason is that of the pause, so it goes with it.
update schedule
set cron = coalesce($2, cron),
    next_tick = coalesce($3, next_tick),
    paused = coalesce($4, paused),
    paused_reason = case when coalesce($4, paused) then coalesce(paused_reason, $5) end,
    catch_up = coalesce(make_interval(secs => $6::bigint::float8), catch_up)
where name = $1
