-- A day after the first wrong one, counting begins again.
insert into factor_guess as g (user_id, since, failed) values ($1, $2, 1)
on conflict (user_id) do update set
  since = case when g.since < $3 then $2 else g.since end,
  failed = case when g.since < $3 then 1 else g.failed + 1 end
where g.since < $3 or g.failed < $4
returning failed
