grant usage on schema public to skypanel_app;
grant select, insert, update, delete on all tables in schema public to skypanel_app;
grant usage, select on all sequences in schema public to skypanel_app;
revoke update, delete, truncate on journal, posting, usage_line, activity from skypanel_app;
revoke insert, update, delete, truncate on platform from skypanel_app;
revoke delete, truncate on plan, provider_account, org, app_user, vps from skypanel_app;
alter default privileges in schema public grant select, insert, update, delete on tables to skypanel_app;
alter default privileges in schema public grant usage, select on sequences to skypanel_app;
