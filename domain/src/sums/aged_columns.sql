coalesce(sum(o.micros), 0)::bigint as total,
coalesce(sum(o.micros) filter (where o.days < 31), 0)::bigint as to_30,
coalesce(sum(o.micros) filter (where o.days >= 31 and o.days < 61), 0)::bigint as to_60,
coalesce(sum(o.micros) filter (where o.days >= 61 and o.days < 91), 0)::bigint as to_90,
coalesce(sum(o.micros) filter (where o.days >= 91), 0)::bigint as over_90
