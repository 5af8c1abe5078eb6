-- A plan is sold with the images of its cloud that fit on its disk, deprecated ones left out.
join cloud_image i on i.cloud_id = p.cloud_id
  and not i.deprecated and i.min_disk_mib <= t.disk_gib * 1024
