update app_user
set email = 'erased', name = 'Erased person', password_hash = '', role = 'user', locale = 'en', time_zone = 'UTC',
  email_verified_at = null, disabled_at = null, erased_at = coalesce(erased_at, business_now())
where id = $1
