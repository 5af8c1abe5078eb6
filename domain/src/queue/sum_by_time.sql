from generate_series(
  to_timestamp((floor((extract(epoch from now()) - $2::float8) / $6::float8) + 1) * $6::float8),
  now(),
  make_interval(secs => $6)) b(at)
left join job_stat s on s.at >= b.at and s.at < b.at + make_interval(secs => $6) and
