#!/bin/bash
# The two roles and the database, as the superuser of a new cluster. The postgres image runs this once, on an empty
# data folder; ./dev runs the same file for its private clusters. The owner migrates, the application runs.
set -euo pipefail

: "${POSTGRES_USER:=postgres}" "${SKYPANEL_OWNER_PASSWORD:?}" "${SKYPANEL_APP_PASSWORD:?}"

psql -X -q -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres \
  -v owner_password="$SKYPANEL_OWNER_PASSWORD" -v app_password="$SKYPANEL_APP_PASSWORD" <<'SQL'
SELECT 'CREATE ROLE skypanel_owner' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'skypanel_owner') \gexec
SELECT 'CREATE ROLE skypanel_app NOLOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'skypanel_app') \gexec
SELECT 'CREATE ROLE skypanel' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'skypanel') \gexec
ALTER ROLE skypanel_owner LOGIN CREATEDB CREATEROLE PASSWORD :'owner_password';
ALTER ROLE skypanel LOGIN PASSWORD :'app_password';
GRANT skypanel_app TO skypanel;
SELECT 'CREATE DATABASE skypanel OWNER skypanel_owner' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'skypanel') \gexec
REVOKE CONNECT ON DATABASE skypanel FROM PUBLIC;
GRANT CONNECT ON DATABASE skypanel TO skypanel_app;
SQL
