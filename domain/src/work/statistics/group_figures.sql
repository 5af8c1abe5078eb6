) e
group by grouping sets ((), (e.at), (e.kind), (e.cloud_id))
