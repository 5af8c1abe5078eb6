-- What is genuine takes the place of what was not known to be: a forgery under the same id keeps nothing out.
insert into payment_event as e (provider, event_id, state, kind, cert_url, headers, raw, received_at)
values ($1, left($2, 100), 'verified', left($3, 100), $4, $5, $6, $7)
on conflict (provider, event_id) do update
set
  state = 'verified', kind = excluded.kind, cert_url = excluded.cert_url, headers = excluded.headers,
  raw = excluded.raw, failure = null, done_at = null
where e.state in ('unverified', 'rejected')
returning e.event_id
