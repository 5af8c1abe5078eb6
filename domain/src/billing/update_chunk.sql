update charge_chunk
set done_at = clock_timestamp(),
    charged = $3::bigint,
    in_debt = $4::bigint,
    lines = $5::bigint,
    micros = $6,
    -- now() is when the transaction began.
    took_ms = extract(epoch from clock_timestamp() - now()) * 1000
where run_id = $1 and no = $2
