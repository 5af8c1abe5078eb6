update org
set closed_with = $1
where deleted_at is not null
  and closed_with is null
  and id in (select org_id from org_member where user_id = $1)
  and not exists (select from org_member m where m.org_id = org.id and m.user_id <> $1)
