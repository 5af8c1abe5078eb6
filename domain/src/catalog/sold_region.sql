-- A plan is sold in the regions of its cloud, at the size's price there.
join cloud_region r on r.cloud_id = p.cloud_id
left join cloud_offer o on o.cloud_id = p.cloud_id and o.type_id = p.type_id and o.region_id = r.id
