-- A sign-in asks whether its device was seen before, among the ended sessions too: without an index that read every
-- session of everybody. The first index of a user's living sessions is the beginning of the newer one.
create index session_device on session (user_id, user_agent);
drop index session_user_id;
