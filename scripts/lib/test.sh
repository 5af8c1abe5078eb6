# ./dev test: stages in two lanes, each in a process of its own with a log; all run even where one fails.

# NAME:LANE:BUDGET:AFTER… A lane does one thing at a time; the budget is in seconds, from nothing; AFTER only counts
# stages that were asked for.
TEST_PLAN=(
  shellcheck:side:20:
  fmt:cargo:10:
  clippy:cargo:420:
  web:side:240:shellcheck
  tools:side:240:web
  deny:side:420:tools
  build:cargo:360:web
  generated:cargo:30:build
  'compose:side:30:build tools'
  'rust:cargo:480:build deny compose'
  'browser:cargo:420:build web'
  'pages:cargo:300:build web'
  'judge-spec:cargo:20:build tools'
  'judge-linode:cargo:60:build tools'
  'judge-oidc:cargo:60:build tools'
  'judge-invoice:cargo:60:build tools'
  'judge-paypal:cargo:60:build tools rust'
  'judge-api:cargo:150:build tools'
  # Last and alone: their leases are short, and a starved machine would let them lapse.
  'small:cargo:360:build deny compose rust'
  'chaos:cargo:330:build deny compose'
)
# The whole, from nothing.
TEST_BUDGET_S=2700
TEST_STAGES=()
declare -A TEST_BUDGET=()
for _plan in "${TEST_PLAN[@]}"; do
  TEST_STAGES+=("${_plan%%:*}")
  TEST_BUDGET[${_plan%%:*}]=$(cut -d: -f3 <<<"$_plan")
done

declare -A TEST_STATE=() TEST_SECONDS=() TEST_BEGAN=() TEST_PID_STAGE=()
TEST_WANTED=() TEST_ARGS=() TEST_FOLDERS=()

cmd_test() {
  local began stage
  began=$(now_ms)
  QUIET_STOP=1
  _test_options "$@"
  settings_open
  deps_need test
  RUN='test'
  _run_alone
  for stage in "${TEST_WANTED[@]}"; do TEST_STATE[$stage]=waiting; done
  # A test compares what an order sends with the script that it is measured by.
  PG_STATEMENTS=yes
  if _test_wants rust browser pages judge-linode judge-oidc judge-invoice judge-api small; then test_servers_start off no; fi
  _test_loop
  _test_table "$(since "$began")"
  _test_closing_lines
  _test_all_passed
}

_test_options() {
  local word
  while [[ $# -gt 0 ]]; do
    word=$1
    shift
    case $word in
      -y | --yes) ASSUME_YES=1 ;;
      --)
        # For the one stage's own program: ./dev test rust -- -p domain money
        [[ ${#TEST_WANTED[@]} -eq 1 ]] || die "arguments after -- need exactly one stage before"
        TEST_ARGS=("$@")
        break
        ;;
      judges) TEST_WANTED+=(tools judge-spec judge-linode judge-oidc judge-invoice judge-paypal judge-api) ;;
      *)
        [[ " ${TEST_STAGES[*]} " == *" $word "* ]] || die "no stage $word; there are: judges ${TEST_STAGES[*]}"
        TEST_WANTED+=("$word")
        ;;
    esac
  done
  [[ ${#TEST_WANTED[@]} -gt 0 ]] || TEST_WANTED=("${TEST_STAGES[@]}")
}

# _test_wants STAGE…: one of these was asked for.
_test_wants() {
  local stage
  for stage in "$@"; do [[ -z ${TEST_STATE[$stage]:-} ]] || return 0; done
  return 1
}

# Starts whatever may start, waits for one to end, until none is left.
_test_loop() {
  local plan pid status
  while true; do
    for plan in "${TEST_PLAN[@]}"; do _test_maybe_start "$plan"; done
    [[ ${#TEST_PID_STAGE[@]} -gt 0 ]] || break
    status=0
    wait -n -p pid "${!TEST_PID_STAGE[@]}" || status=$?
    [[ -z ${pid:-} ]] || _test_ended "$pid" "$status"
  done
}

_test_maybe_start() {
  local stage lane after before
  IFS=: read -r stage lane _ after <<<"$1"
  [[ ${TEST_STATE[$stage]:-} == waiting ]] || return 0
  for before in $after; do
    [[ ${TEST_STATE[$before]:-ok} != waiting && ${TEST_STATE[$before]:-ok} != running ]] || return 0
  done
  if [[ " $after " == *" build "* && ${TEST_STATE[build]:-} == FAILED ]]; then
    TEST_STATE[$stage]="not run" TEST_SECONDS[$stage]=-
    return 0
  fi
  _test_lane_busy "$lane" || _test_start "$stage"
}

_test_lane_busy() {
  local plan
  for plan in "${TEST_PLAN[@]}"; do
    [[ $plan == *":$1:"* && ${TEST_STATE[${plan%%:*}]:-} == running ]] && return 0
  done
  return 1
}

_test_start() {
  local stage=$1 log=$LOG_DIR/test-$1.log
  rm -f "$LOG_DIR/test-$stage.note"
  TEST_STATE[$stage]=running TEST_BEGAN[$stage]=$(now_ms)
  set -m
  if [[ ${#TEST_WANTED[@]} -eq 1 ]]; then
    "$ROOT/dev" stage "$stage" "${TEST_ARGS[@]}" </dev/null > >(trap '' INT TERM; exec tee "$log") 2>&1 &
  else
    printf '  %s▸ %s%s\n' "$UI_DIM" "$stage" "$UI_OFF"
    "$ROOT/dev" stage "$stage" </dev/null >"$log" 2>&1 &
  fi
  TEST_PID_STAGE[$!]=$stage
  set +m
}

_test_ended() {
  local stage=${TEST_PID_STAGE[$1]} status=$2
  unset "TEST_PID_STAGE[$1]"
  TEST_SECONDS[$stage]=$(since "${TEST_BEGAN[$stage]}")
  if ((status == 0)); then
    TEST_STATE[$stage]=ok
    printf '  %s✓%s %-14s %9s  %s\n' "$UI_GREEN" "$UI_OFF" "$stage" "${TEST_SECONDS[$stage]}" "$(_test_note "$stage")"
  else
    TEST_STATE[$stage]=FAILED
    printf '  %s✗%s %-14s %9s\n' "$UI_RED" "$UI_OFF" "$stage" "${TEST_SECONDS[$stage]}"
    # Of a single stage everything was in sight already.
    [[ ${#TEST_WANTED[@]} -eq 1 ]] || show_tail "$LOG_DIR/test-$stage.log" 60
  fi
}

_test_note() { [[ ! -f $LOG_DIR/test-$1.note ]] || tr '\n' ' ' <"$LOG_DIR/test-$1.note"; }

# A stage that took longer than its budget is marked, and passes all the same.
_test_table() {
  local stage
  printf '\n  %s%-14s %10s %10s  %s%s\n' "$UI_BOLD" stage seconds budget result "$UI_OFF"
  for stage in "${TEST_STAGES[@]}"; do
    [[ -n ${TEST_STATE[$stage]:-} ]] || continue
    _test_row "$stage" "${TEST_SECONDS[$stage]% s}" "${TEST_BUDGET[$stage]}" "${TEST_STATE[$stage]}" "$(_test_note "$stage")"
  done
  _test_row all "${1% s}" "$TEST_BUDGET_S" '' "(two stages at a time)"
  printf '\n'
}

# _test_row STAGE SECONDS BUDGET RESULT NOTE
_test_row() {
  local over=''
  [[ $2 == - ]] || ((${2%.*} < $3)) || over="${UI_AMBER}over its budget${UI_OFF} "
  printf '  %-14s %10s %10s  %-8s %s%s\n' "$1" "$2" "$3" "$4" "$over" "$5"
}

# What the test runner said last, for those who read only the end.
_test_closing_lines() {
  local log=$LOG_DIR/test-rust.log
  [[ -n ${TEST_STATE[rust]:-} && -f $log ]] || return 0
  sed 's/\x1b\[[0-9;]*m//g' "$log" | awk '/Summary \[/ {found = 1} found && !/^error: test run failed/' | head -n 60
  grep -E '^test result:' "$log" || true
}

_test_all_passed() {
  local stage failed=()
  for stage in "${TEST_WANTED[@]}"; do [[ ${TEST_STATE[$stage]} == ok ]] || failed+=("$stage"); done
  [[ ${#failed[@]} -gt 0 ]] || return 0
  die "failed: ${failed[*]} (logs: .dev/logs/test-*.log; again: ./dev test ${failed[*]})"
}

# One run of a kind at a time in this checkout: they share folders and the build.
_run_alone() {
  [[ -z $(proc_pid "$RUN-run") ]] || die "a ./dev $RUN runs already in this checkout (pid $(proc_pid "$RUN-run"))"
  printf '%s %s\n' "$$" "$(_proc_identity "$$")" >"$PID_DIR/$RUN-run.pid"
  stop_leftovers "$RUN-"
}

# test_servers_start FSYNC AOF: an empty PostgreSQL and Redis for this run alone, in .dev/<run>-pg and -redis.
test_servers_start() {
  servers_open
  TEST_FOLDERS=("$SERVERS_DIR/$RUN-pg" "$SERVERS_DIR/$RUN-redis")
  rm -rf "${TEST_FOLDERS[@]}"
  TEST_PG_FOLDER=$(servers_folder "$RUN-pg")
  port_for RUN_PG
  step "PostgreSQL for this run (fsync $1)" pg_start "$RUN-postgres" "$TEST_PG_FOLDER" "$DEV_PORT_RUN_PG" "$1"
  port_for RUN_REDIS
  step "Redis for this run" redis_start "$RUN-redis" "$(servers_folder "$RUN-redis")" "$DEV_PORT_RUN_REDIS" "$2"
  export RUN TEST_PG_FOLDER TEST_PG_PORT=$DEV_PORT_RUN_PG TEST_REDIS_PORT=$DEV_PORT_RUN_REDIS
  export TEST_DATABASE_ADMIN_URL DATABASE_URL DATABASE_OWNER_URL REDIS_URL SKYPANEL_PG_BIN=$PG_BIN SKYPANEL_REDIS_SERVER
  export SKYPANEL_PG_LOG=$LOG_DIR/$RUN-postgres.log
  TEST_DATABASE_ADMIN_URL=$(pg_url_admin "$DEV_PORT_RUN_PG")
  DATABASE_URL=$(pg_url_app "$DEV_PORT_RUN_PG" skypanel)
  DATABASE_OWNER_URL=$(pg_url_owner "$DEV_PORT_RUN_PG" skypanel)
  REDIS_URL=$(redis_url "$DEV_PORT_RUN_REDIS")
  SKYPANEL_REDIS_SERVER=$(redis_find)
}

# Both from dev's EXIT trap: end the stages that still run; drop the folders of this run's servers.
test_end_stages() {
  local pid
  for pid in "${!TEST_PID_STAGE[@]}"; do kill -s TERM -- "-$pid" 2>/dev/null || true; done
  for pid in "${!TEST_PID_STAGE[@]}"; do wait "$pid" 2>/dev/null || true; done
}

test_drop_folders() { [[ ${#TEST_FOLDERS[@]} -eq 0 ]] || rm -rf "${TEST_FOLDERS[@]}"; }
