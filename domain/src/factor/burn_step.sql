-- Steps of the past are refused by their age.
update totp
set burnt = array_append(array(select step from unnest(burnt) as step where step >= $3::bigint - 1), $2)
where user_id = $1
