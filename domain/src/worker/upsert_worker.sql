insert into worker (id, host, pid, version, kinds, queues, memory_bytes, state)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (id) do update
set queues = excluded.queues,
    memory_bytes = excluded.memory_bytes,
    state = excluded.state,
    seen_at = clock_timestamp()
returning wanted
