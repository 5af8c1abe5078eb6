-- A machine that no row ever named ($2) is given more time than one whose server was deleted or failed ($3). What an
-- administrator released was waited for long enough.
select id, provider_ref, label
from cloud_finding
where cloud_id = $1 and kind = 'orphan' and settled_at is null and held is null
  and (
    released_at is not null
    or first_seen_at
      <= clock_timestamp() - make_interval(secs => case when vps_id is null then $2::float8 else $3 end)
  )
order by first_seen_at
limit $4
