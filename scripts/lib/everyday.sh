# The small commands of every day.

cmd_help() {
  cat <<EOF
SkyPanel for developers. Everything private lives in .dev/ of this checkout; nothing of yours is touched.

  ./dev up [--yes]          install what is missing (asks), build, migrate, seed a demo, run; Ctrl-C stops
  ./dev test [STAGE…]       every test and judge, or some; prints each stage's seconds beside its budget
                            stages: ${TEST_STAGES[*]}
                            one stage's own arguments: ./dev test rust -- -p domain

  ./dev down                stop whatever this checkout started
  ./dev reset [--yes]       stop, and drop the databases, secrets and logs in .dev/
  ./dev logs [NAME]         follow the logs: api, worker-1, worker-2, scheduler, sim, postgres, redis
  ./dev psql [--owner] […]  a database prompt, as the application or as the owner
  ./dev web                 the pages by Vite with hot reload, in front of the API of a running ./dev up
  ./dev check               quick look: formatting, clippy, types
  ./dev prove NAME […]      play a whole story: sale, jobs, field, access, money, pages, chaos, or all; --small for a quick look
  ./dev bench [NAME] […]    the speed table, by a release build against fresh servers; --small for a quick look

DATABASE_URL and REDIS_URL make \`up\` use your own servers. CHROME_PATH names a browser for the tests.
More in docs/development.md.
EOF
}

cmd_down() {
  local name pid living=()
  settings_open
  for name in dev-up test-run prove-run bench-run; do
    pid=$(proc_pid "$name")
    [[ -z $pid ]] || step "Stopping ./dev $(sed "s/^dev-//; s/-run$//" <<<"$name") (pid $pid)" proc_stop "$name" 60
  done
  mapfile -t living < <(proc_living)
  [[ ${#living[@]} -eq 0 ]] || step "Stopping ${living[*]}" proc_stop_all "${living[@]}"
  say "Nothing of this checkout runs."
}

cmd_reset() {
  _up_options "$@"
  [[ -d $DEV_DIR ]] || { say "Nothing to reset."; return 0; }
  confirm "Stop everything and drop the databases, secrets and logs of this checkout?" || die "nothing was dropped"
  cmd_down
  servers_open
  rm -rf "$DEV_DIR"
  [[ $SERVERS_DIR == "$DEV_DIR" ]] || rm -rf "$SERVERS_DIR"
  say "Dropped. ./dev up starts afresh."
}

cmd_logs() {
  local name=${1:-} files
  settings_open
  if [[ -n $name ]]; then
    files=("$LOG_DIR/dev-$name.log")
    [[ -f ${files[0]} ]] || files=("$LOG_DIR/$name.log")
    [[ -f ${files[0]} ]] || die "no log of that name; there are: $(cd "$LOG_DIR" && echo *.log)"
  else
    files=("$LOG_DIR"/dev-*.log)
    [[ -f ${files[0]} ]] || die "no logs yet; ./dev up writes them"
  fi
  exec tail -n 40 -F "${files[@]}"
}

cmd_psql() {
  local url started=0 user=app
  QUIET_STOP=1
  settings_open
  if [[ ${1:-} == --owner ]]; then user=owner && shift; fi
  if [[ -n ${DATABASE_URL:-} ]]; then
    url=$DATABASE_URL
    [[ $user == app ]] || url=${DATABASE_OWNER_URL:-$url}
  else
    [[ -n $(proc_pid dev-postgres) ]] || { _up_postgres >&2 && started=1; }
    url=$("pg_url_$user" "$DEV_PORT_PG" skypanel)
  fi
  [[ $started == 0 ]] || note "PostgreSQL was started for this prompt and stops with it" >&2
  PG_BIN=$(pg_find_bin) || die "no psql; ./dev up installs PostgreSQL"
  "$PG_BIN/psql" "$url" "$@"
}

cmd_web() {
  settings_open
  npm_packages web
  [[ -n ${DEV_PORT_DEV_API:-} && -n $(proc_pid dev-api) ]] || die "the API does not run; start ./dev up in another terminal first"
  cd web || die "there is no web/ in this checkout"
  # In this process's place, so that what stops ./dev web stops it.
  API_URL=http://127.0.0.1:$DEV_PORT_DEV_API exec node node_modules/vite/bin/vite.js "$@"
}

# The quick look before a commit: no servers, no tests.
cmd_check() {
  settings_open
  loud "Formatting" cargo fmt --all --check
  loud "Clippy" cargo clippy --locked --workspace --all-targets -- -D warnings
  [[ -f web/package-lock.json ]] || return 0
  npm_packages web
  loud "Formatting of the pages" npm --prefix web run --silent format:check
  loud "Types of the pages" npm --prefix web run --silent typecheck
}
