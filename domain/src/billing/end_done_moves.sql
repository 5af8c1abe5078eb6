-- A run that was divided after the move's moment and whose chunks are all done has charged every organisation past it.
update price_move m
set done_at = business_now()
where m.done_at is null
  and m.cancelled_at is null
  and exists (
    select from charge_run r
    where r.tick >= m.from_at
      and exists (select from charge_chunk c where c.run_id = r.id)
      and not exists (select from charge_chunk c where c.run_id = r.id and c.done_at is null))
