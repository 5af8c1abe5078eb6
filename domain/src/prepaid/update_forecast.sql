-- Only if nothing moved it meanwhile: then the figures are of another wallet, and it is computed again.
update wallet_forecast f
set zero_at = $3,
    computed = f.moved,
    episode = f.episode + case
      when ($3::timestamptz is null or $3 > business_now() + make_interval(secs => $4 * 3600))
        and exists (
          select from wallet_notice n
          where n.org_id = f.org_id and n.episode = f.episode::text and n.kind like 'runway%')
      then 1 else 0
    end
where f.org_id = $1 and f.moved = $2
