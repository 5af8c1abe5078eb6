update cloud
set epoch = $2,
    epoch_next = null,
    epoch_place = database_place(),
    epoch_at = $4,
    epoch_bearers = $3,
    epoch_held = null,
    epoch_trusted = false
where id = $1
