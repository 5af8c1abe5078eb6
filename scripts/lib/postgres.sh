# Private PostgreSQL clusters: on loopback and a socket, with the two roles that production has.

PG_MIN=15
PG_BIN=''

# pg_find_bin [MAJOR]: the folder of server binaries, newest first or of that major. Debian keeps it outside PATH.
pg_find_bin() {
  local dir found=0 best='' major
  for dir in $(_pg_places); do
    [[ -x $dir/initdb && -x $dir/postgres && -x $dir/psql ]] || continue
    major=$("$dir/postgres" --version | grep -oE '[0-9]+' | head -n 1)
    ((major >= PG_MIN)) || continue
    [[ -z ${1:-} || $major == "$1" ]] || continue
    if ((major > found)); then found=$major best=$dir; fi
  done
  [[ -n $best ]] && printf '%s' "$best"
}

_pg_places() {
  local initdb
  printf '%s\n' ${SKYPANEL_PG_BIN:+"$SKYPANEL_PG_BIN"} /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin
  initdb=$(command -v initdb) && dirname "$(realpath "$initdb")"
  return 0
}

# pg_start NAME FOLDER PORT on|off: a running cluster; the last word is fsync.
pg_start() {
  local name=$1 folder=$2 port=$3 durable=$4 data=$2/data
  _pg_pick_bin "$data"
  as_servers_user test -f "$data/PG_VERSION" || _pg_init "$data"
  _pg_configure "$folder" "$durable"
  proc_start "$name" "${SERVERS_AS[@]}" "$PG_BIN/postgres" -D "$data" -p "$port"
  proc_await "$name" 60 "$PG_BIN/pg_isready" -q -h 127.0.0.1 -p "$port"
  _pg_roles "$folder" "$port"
}

_pg_pick_bin() {
  local major=''
  major=$(as_servers_user cat "$1/PG_VERSION" 2>/dev/null || true)
  PG_BIN=$(pg_find_bin "$major") || die "this checkout's data need PostgreSQL $major, which is not installed; ./dev reset drops them"
}

# fsync of the new files costs seconds and saves nothing: a torn initdb is simply done again.
_pg_init() {
  local locale=C.UTF-8
  locale -a 2>/dev/null | grep -qiE '^C\.utf-?8$' || locale=C
  as_servers_user rm -rf "$1.new" "$1"
  as_servers_user "$PG_BIN/initdb" --no-sync -D "$1.new" -U postgres --encoding UTF8 --locale "$locale" --auth trust >"$LOG_DIR/initdb.log" 2>&1 ||
    { show_tail "$LOG_DIR/initdb.log" 20; die "initdb failed"; }
  as_servers_user mv "$1.new" "$1"
}

# The socket's folder is closed to others, so trust is for its owner alone; on loopback each role has its password.
# "password" and not scram there: nobody can listen in, and an unoptimised client spends 0.1 s on each scram.
_pg_configure() {
  local folder=$1 durable=$2 socket
  socket=$(_pg_socket "$folder")
  servers_write "$folder/data/pg_hba.conf" <<<$'local all all trust\nhost all all 127.0.0.1/32 password'
  servers_write "$folder/data/postgresql.auto.conf" <<EOF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$socket'
unix_socket_permissions = 0700
max_connections = 200
timezone = 'UTC'
log_timezone = 'UTC'
fsync = $durable
full_page_writes = $durable
synchronous_commit = $durable
$(_pg_statements)
EOF
}

# With PG_STATEMENTS=yes, and where the server has the extension: figures of each statement.
_pg_statements() {
  local libraries
  [[ ${PG_STATEMENTS:-} == yes ]] || return 0
  libraries=$("$PG_BIN/pg_config" --pkglibdir 2>/dev/null) || libraries=${PG_BIN%/bin}/lib
  [[ ! -e $libraries/pg_stat_statements.so ]] || printf "shared_preload_libraries = 'pg_stat_statements'\npg_stat_statements.max = 20000\n"
}

# A socket's path may have 107 bytes at most.
_pg_socket() {
  local dir=$1
  ((${#dir} < 80)) || dir=/tmp/skypanel-$(checkout_hash)-$(basename "$1")
  as_servers_user mkdir -p -m 700 "$dir"
  printf '%s' "$dir"
}

# pg_admin FOLDER PORT [psql arguments]: SQL as the superuser, through the socket.
pg_admin() {
  local folder=$1 port=$2
  shift 2
  as_servers_user "$PG_BIN/psql" -X -q -v ON_ERROR_STOP=1 -h "$(_pg_socket "$folder")" -p "$port" -U postgres -d postgres "$@"
}

# The same file makes them that the postgres image of docker-compose.yml runs.
_pg_roles() {
  as_servers_user env PGHOST="$(_pg_socket "$1")" PGPORT="$2" PATH="$PG_BIN:$PATH" \
    SKYPANEL_OWNER_PASSWORD="$DEV_PG_OWNER_PASSWORD" SKYPANEL_APP_PASSWORD="$DEV_PG_APP_PASSWORD" \
    bash -s <deploy/postgres/init.sh
  pg_admin "$1" "$2" -v password="$DEV_PG_SUPER_PASSWORD" <<<"ALTER ROLE postgres PASSWORD :'password'"
}

# pg_fresh_database FOLDER PORT NAME: an empty database of the owner; one of that name is dropped.
pg_fresh_database() {
  pg_admin "$1" "$2" -c 'SET client_min_messages = warning' -c "DROP DATABASE IF EXISTS $3 WITH (FORCE)" \
    -c "CREATE DATABASE $3 OWNER skypanel_owner"
}

pg_url_app() { printf 'postgres://skypanel:%s@127.0.0.1:%s/%s' "$DEV_PG_APP_PASSWORD" "$1" "$2"; }
pg_url_owner() { printf 'postgres://skypanel_owner:%s@127.0.0.1:%s/%s' "$DEV_PG_OWNER_PASSWORD" "$1" "$2"; }
pg_url_admin() { printf 'postgres://postgres:%s@127.0.0.1:%s/postgres' "$DEV_PG_SUPER_PASSWORD" "$1"; }
