# A private Redis on loopback: append-only file, nothing evicted, as the queue wants it.

REDIS_MIN=7

# The first redis-server of 7 or newer.
redis_find() {
  local path version
  for path in ${SKYPANEL_REDIS_SERVER:+"$SKYPANEL_REDIS_SERVER"} "$(command -v redis-server || true)" /usr/bin/redis-server /opt/homebrew/bin/redis-server; do
    [[ -x $path ]] || continue
    version=$("$path" --version | grep -oE 'v=[0-9]+' | cut -d= -f2)
    if ((${version:-0} >= REDIS_MIN)); then printf '%s' "$path" && return 0; fi
  done
  return 1
}

# redis_start NAME FOLDER PORT yes|no: a running server; the last word is the append-only file.
redis_start() {
  local name=$1 folder=$2 port=$3 durable=$4 server
  server=$(redis_find) || die "no redis-server $REDIS_MIN or newer"
  servers_write "$folder/redis.conf" <<EOF
bind 127.0.0.1
port $port
dir $folder
requirepass $DEV_REDIS_PASSWORD
maxmemory-policy noeviction
appendonly $durable
appendfsync everysec
save ""
EOF
  proc_start "$name" "${SERVERS_AS[@]}" "$server" "$folder/redis.conf"
  proc_await "$name" 20 redis_ping "$port"
}

# Answers once the server is up and has read its file.
redis_ping() (
  exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
  printf 'AUTH %s\r\nPING\r\n' "$DEV_REDIS_PASSWORD" >&3
  read -r -t 2 answer <&3 && read -r -t 2 answer <&3
  [[ $answer == +PONG* ]]
)

redis_url() { printf 'redis://:%s@127.0.0.1:%s/%s' "$DEV_REDIS_PASSWORD" "$1" "${2:-0}"; }
