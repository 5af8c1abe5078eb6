from generate_series($8::timestamptz, $6::timestamptz - interval '1 second', make_interval(secs => $7)) b(at)
left join job_stat s on s.at >= b.at and s.at < b.at + make_interval(secs => $7) and
