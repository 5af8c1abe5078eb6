update cloud
set epoch_past = (array_remove(array_prepend(epoch, epoch_past), null))[1:100],
    epoch = $2,
    epoch_next = null,
    epoch_place = database_place(),
    epoch_at = $4,
    epoch_bearers = $3,
    epoch_held = null,
    epoch_trusted = false
where id = $1
