# Free ports on the loopback address, remembered between starts while they stay free.

# Something answers on 127.0.0.1:PORT.
port_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A port that nothing answers on and that was not given out in the last minutes: what was told of one may not listen yet.
# Below the range the kernel hands out by itself.
port_free() {
  local port try given=$DEV_DIR/ports
  mkdir -p "$given"
  find "$given" -mindepth 1 -maxdepth 1 -mmin +5 -exec rmdir {} + 2>/dev/null || true
  for ((try = 0; try < 200; try++)); do
    port=$((20000 + RANDOM % 12000))
    if ! port_answers "$port" && mkdir "$given/$port" 2>/dev/null; then
      printf '%s' "$port"
      return 0
    fi
  done
  die "found no free port between 20000 and 32000"
}

# port_for NAME [FAVOURITE]: sets DEV_PORT_NAME, the remembered port if it is still free, else the favourite, else any.
port_for() {
  local name=DEV_PORT_$1 port
  port=${!name:-${2:-}}
  if [[ -z $port ]] || port_answers "$port"; then port=$(port_free); fi
  [[ ${!name:-} == "$port" ]] || remember "$name" "$port"
}

# http_status URL: the status code of a GET on http://host:port/path, or nothing. Needs no curl.
http_status() (
  rest=${1#http://}
  authority=${rest%%/*}
  exec 3<>"/dev/tcp/${authority%:*}/${authority##*:}" || exit 0
  printf 'GET %s HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n\r\n' "${rest#"$authority"}" "$authority" >&3
  read -r -t 5 _ code _ <&3 && printf '%s' "$code"
) 2>/dev/null

http_ok() { [[ $(http_status "$1") == 2* ]]; }
