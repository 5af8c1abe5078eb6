# The user and the folder of the private servers. PostgreSQL refuses to run as root, and Redis should not.

SERVERS_USER='' SERVERS_DIR='' SERVERS_AS=()

servers_open() {
  [[ -z $SERVERS_DIR ]] || return 0
  SERVERS_DIR=$DEV_DIR
  ((EUID == 0)) || return 0
  SERVERS_USER=$(_servers_user)
  SERVERS_AS=(setpriv --reuid "$SERVERS_USER" --regid "$(id -g "$SERVERS_USER")" --clear-groups env -C / HOME=/)
  _servers_can_use "$DEV_DIR" || _servers_move_out
}

# An unprivileged user that is here already; one is made only where none is.
_servers_user() {
  local user
  for user in postgres nobody; do
    id -u "$user" >/dev/null 2>&1 && { printf '%s' "$user"; return 0; }
  done
  useradd --system --no-create-home --shell /usr/sbin/nologin skypanel-dev || die "no unprivileged user for PostgreSQL, and none could be made"
  printf 'skypanel-dev'
}

_servers_can_use() { as_servers_user test -x "$1" 2>/dev/null; }

# The checkout lies where that user may not go (under /root, say): a folder of its own in /var/tmp.
_servers_move_out() {
  SERVERS_DIR=/var/tmp/skypanel-$(checkout_hash)
  if [[ ! -e $SERVERS_DIR ]]; then install -d -m 700 -o "$SERVERS_USER" "$SERVERS_DIR"; fi
  [[ ! -L $SERVERS_DIR && $(stat -c %U "$SERVERS_DIR") == "$SERVERS_USER" ]] || die "$SERVERS_DIR belongs to another user; remove it"
  ln -sfn "$SERVERS_DIR" "$DEV_DIR/servers"
}

# as_servers_user COMMAND…: with the servers' rights, wherever we stand. (proc_start takes SERVERS_AS itself, to
# have the server's own pid.)
as_servers_user() { "${SERVERS_AS[@]}" "$@"; }

# servers_folder NAME: an own folder for one server; prints its path.
servers_folder() {
  local dir=$SERVERS_DIR/$1
  if [[ ! -d $dir ]]; then
    mkdir -m 700 "$dir"
    [[ -z $SERVERS_USER ]] || chown "$SERVERS_USER:$(id -g "$SERVERS_USER")" "$dir"
  fi
  printf '%s' "$dir"
}

# servers_write FILE: stdin into a file that only the servers' user can read.
servers_write() {
  as_servers_user touch "$1"
  as_servers_user chmod 600 "$1"
  as_servers_user tee "$1" >/dev/null
}
