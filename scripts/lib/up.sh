# ./dev up: the whole of SkyPanel on this machine, private to this checkout.

cmd_up() {
  local began
  began=$(now_ms)
  _up_options "$@"
  [[ -z $(proc_pid dev-up) ]] || die "it runs already (pid $(proc_pid dev-up)); ./dev down stops it"
  settings_open
  _up_remember_self
  deps_need run
  stop_leftovers dev-
  servers_up
  build_web
  build_binaries
  stack_ports DEV 3001
  stack_settings DEV dev "$UP_DATABASE_URL" "$UP_OWNER_URL" "$UP_REDIS_URL"
  STACK_CLOUD_FILE=$DEV_DIR/simulated-cloud.json stack_prepare
  step "Starting API, two workers, scheduler" stack_run DEV
  _up_greet "$(since "$began")"
  proc_watch
}

_up_options() {
  local option
  for option in "$@"; do
    case $option in
      -y | --yes) ASSUME_YES=1 ;;
      *) die "unknown option $option; usage: ./dev up [--yes]" ;;
    esac
  done
}

_up_remember_self() { printf '%s %s\n' "$$" "$(_proc_identity "$$")" >"$PID_DIR/dev-up.pid"; }

# stop_leftovers PREFIX: what an earlier start left behind because it was killed.
stop_leftovers() {
  local name left=()
  for name in $(proc_living); do
    [[ $name != "$1"* || $name == dev-up || $name == *-run ]] || left+=("$name")
  done
  [[ ${#left[@]} -eq 0 ]] || step "Stopping what an earlier start left behind" proc_stop_all "${left[@]}"
}

# The private PostgreSQL and Redis, or what DATABASE_URL and REDIS_URL name.
servers_up() {
  if [[ -n ${DATABASE_URL:-} ]]; then
    note "using your DATABASE_URL; no private PostgreSQL is started"
    UP_DATABASE_URL=$DATABASE_URL UP_OWNER_URL=${DATABASE_OWNER_URL:-$DATABASE_URL}
  else
    _up_postgres
  fi
  if [[ -n ${REDIS_URL:-} ]]; then
    note "using your REDIS_URL; no private Redis is started"
    UP_REDIS_URL=$REDIS_URL
  else
    _up_redis
  fi
}

_up_postgres() {
  local folder
  servers_open
  folder=$(servers_folder pg)
  port_for PG
  step "PostgreSQL on 127.0.0.1:$DEV_PORT_PG" pg_start dev-postgres "$folder" "$DEV_PORT_PG" on
  UP_DATABASE_URL=$(pg_url_app "$DEV_PORT_PG" skypanel) UP_OWNER_URL=$(pg_url_owner "$DEV_PORT_PG" skypanel)
}

_up_redis() {
  servers_open
  port_for REDIS
  step "Redis on 127.0.0.1:$DEV_PORT_REDIS" redis_start dev-redis "$(servers_folder redis)" "$DEV_PORT_REDIS" yes
  UP_REDIS_URL=$(redis_url "$DEV_PORT_REDIS")
}

_up_greet() {
  cat <<EOF

  ${UI_BOLD}SkyPanel is up${UI_OFF} after $1:  ${UI_BOLD}$CLIENT_URL${UI_OFF}

    admin      $DEMO_ADMIN_EMAIL      $DEMO_ADMIN_PASSWORD
    customer   $DEMO_CUSTOMER_EMAIL   $DEMO_CUSTOMER_PASSWORD

    API docs   $CLIENT_URL/api/docs
    simulator  http://$STACK_CONTROL/state   (faults, mail, the cloud's truth)
    logs       ./dev logs            database  ./dev psql

  Ctrl-C stops all of it.
EOF
}
