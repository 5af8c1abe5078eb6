-- A plan is sold in every region of its cloud.
join cloud_region r on r.cloud_id = p.cloud_id
