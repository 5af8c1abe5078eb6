# The stages of `./dev test` but the judges and `small`. Each runs as `./dev stage NAME`, so a failing line ends it.

cmd_stage() {
  QUIET_STOP=1
  STAGE=$1
  settings_open
  # Ports of a stage's own stack are not remembered in the file that all stages share.
  ENV_FILE=$DEV_DIR/env.$STAGE
  cp "$DEV_DIR/env" "$ENV_FILE"
  LOG_PREFIX=$STAGE-
  "stage_${STAGE//-/_}" "${@:2}"
}

# A remark for the table; for what passed, but not in full.
stage_note() {
  printf '%s\n' "$*" >>"$LOG_DIR/test-$STAGE.note"
  warn "$*"
}

# must_fail WHAT REASON COMMAND…: the negative control of a judge. It must refuse what is bad, and for that REASON
# (a pattern in what it says); one that passes it is asleep.
must_fail() {
  local what=$1 reason=$2 log=$LOG_DIR/control-$STAGE.log
  shift 2
  if "$@" >"$log" 2>&1; then die "the judge is asleep: it passed $what"; fi
  grep -qE "$reason" "$log" || { show_tail "$log" 30; die "the judge refused $what, but not for the reason expected: $reason"; }
  say "control: $what is refused"
}

stage_shellcheck() {
  local scripts
  mapfile -t scripts < <(find . \( -name node_modules -o -name target -o -name .dev -o -name .git \) -prune -o -name '*.sh' -print)
  shellcheck dev .ci/run "${scripts[@]}"
  must_fail "an unquoted variable" SC2086 shellcheck - <<<$'#!/bin/bash\nrm -rf $1/*'
}

stage_fmt() { cargo fmt --all --check; }

stage_clippy() { cargo clippy --locked --workspace --all-targets -- -D warnings; }

stage_web() {
  npm_packages web
  npm --prefix web run format:check
  npm --prefix web run lint
  npm --prefix web run typecheck
  npm --prefix web test
  npm --prefix web run build
}

stage_build() {
  build_web
  build_binaries
}

# What is generated is committed; it must be what the sources say today.
stage_generated() {
  local skypanel schema
  build_web
  build_binaries
  skypanel=$(binary skypanel)
  same_as_committed api/openapi.json "skypanel openapi" "$skypanel" openapi
  same_as_committed .env.example "skypanel env-example" "$skypanel" env-example
  schema=$DEV_DIR/schema.d.ts
  (cd web && npx --no-install openapi-typescript ../api/openapi.json -o "$schema")
  same_as_committed web/src/lib/api/schema.d.ts "npm run generate (in web/)" cat "$schema"
}

# same_as_committed FILE REMEDY COMMAND…
same_as_committed() {
  local file=$1 remedy=$2
  shift 2
  "$@" >"$DEV_DIR/generated"
  diff -uB "$file" "$DEV_DIR/generated" || die "$file is not what its sources say; regenerate it with: $remedy"
  say "$file is up to date"
}

# stage_rust [what the test runner takes]. One PostgreSQL for all, a database for each test; four at a time, because
# each has pools of its own.
stage_rust() {
  local what=("$@")
  [[ $# -gt 0 ]] || what=(--workspace)
  if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --locked "${what[@]}"
  else
    cargo test --locked --all-targets --no-fail-fast "${what[@]}" -- --test-threads 4
  fi
  [[ $# -gt 0 ]] || cargo test --locked --workspace --doc
}

# As many seeds as fit in four minutes; `./dev test chaos -- --seeds 300` for another measure.
stage_chaos() {
  local what=("$@")
  [[ $# -gt 0 ]] || what=(--seeds 1000 --minutes 4)
  chaos_programs
  chaos_play "${what[@]}"
  must_fail "a balance that its postings deny" 'BROKEN: account' chaos_play --seed 1 --spoil
}

stage_browser() {
  _browser_stack browser
  npm --prefix web run e2e -- "$@"
}

# CI's part of `./dev prove pages`: every width once, axe in one theme at each width, no photographs.
stage_pages() { pages_play part "$@"; }

# A stack and what the browser tests must know of it.
_browser_stack() {
  local chrome
  chrome=$(chrome_find) || die "no Chromium or Chrome: install one (Ubuntu: sudo snap install chromium), or name it in CHROME_PATH"
  build_web
  build_binaries
  test_stack "$1"
  export CHROME_PATH=$chrome E2E_BASE_URL=$CLIENT_URL E2E_CONTROL_URL=http://$STACK_CONTROL E2E_SIM_CONTROL=http://$STACK_CONTROL
  export E2E_ADMIN_EMAIL=$DEMO_ADMIN_EMAIL E2E_ADMIN_PASSWORD=$DEMO_ADMIN_PASSWORD
  export E2E_CUSTOMER_EMAIL=$DEMO_CUSTOMER_EMAIL E2E_CUSTOMER_PASSWORD=$DEMO_CUSTOMER_PASSWORD
  export E2E_CLOUD_TOKEN=$DEMO_CLOUD_TOKEN E2E_CLOUD_ENDPOINT=$DEMO_CLOUD_ENDPOINT
}

# pages_play EXTENT [what Playwright takes]: walks the gallery, from a build of its own, and every page. The extent is
# whole, part or small.
pages_play() {
  local extent=$1 gallery=$DEV_DIR/gallery port
  shift
  npm_packages web
  step "Building the gallery" npm --prefix web run gallery -- --outDir "$gallery" --emptyOutDir
  _browser_stack pages
  port=$(port_free)
  # What is around the gallery asks for the panel's name.
  API_URL=$CLIENT_URL proc_start "$STACK-gallery" node web/node_modules/vite/bin/vite.js preview web --outDir "$gallery" --host 127.0.0.1 --port "$port" --strictPort
  proc_await "$STACK-gallery" 30 http_ok "http://127.0.0.1:$port/"
  rm -rf web/pictures
  E2E_EXTENT=$extent E2E_GALLERY_URL=http://127.0.0.1:$port npm --prefix web run e2e:pages -- "$@"
  [[ ! -d web/pictures ]] || say "photographs: web/pictures"
}

# test_stack NAME [CLOUD_URL [ISSUER]]: a fresh SkyPanel for one stage, with its own database, Redis database and
# simulator.
test_stack() {
  local database=skypanel_${1//-/_}
  local -A redis_number=([browser]=1 [judge-linode]=2 [judge-api]=3 [small]=4 [pages]=5 [judge-oidc]=6)
  servers_open
  PG_BIN=$SKYPANEL_PG_BIN
  pg_fresh_database "$TEST_PG_FOLDER" "$TEST_PG_PORT" "$database"
  STACK_BOOT_MS=1000
  stack_ports "STAGE"
  stack_settings STAGE "test-$1" "$(pg_url_app "$TEST_PG_PORT" "$database")" "$(pg_url_owner "$TEST_PG_PORT" "$database")" \
    "$(redis_url "$TEST_REDIS_PORT" "${redis_number[$1]}")"
  [[ -z ${2:-} ]] || export LINODE_API_URL=$2 DEMO_CLOUD_ENDPOINT=$2
  [[ -z ${3:-} ]] || export OIDC_ISSUER=$3
  # A test suite is one visitor who does in a minute what people do in a day.
  export RATE_LIMIT_ANONYMOUS_MAX=0 RATE_LIMIT_AUTHENTICATED_MAX=0 RATE_LIMIT_ADMIN_MAX=0 RATE_LIMIT_KEY_MAX=0
  export RATE_LIMIT_LOGIN_MAX=0 RATE_LIMIT_REGISTRATION_MAX=0 RATE_LIMIT_MAIL_MAX=0
  stack_prepare
  step "Starting a stack for $1" stack_run STAGE
}

# Advisories come from the network; without it the rest is still judged, and the table says what is missing.
stage_deny() {
  local deny
  deny=$(tool_cargo_deny)
  "$deny" --locked check bans licenses sources
  printf '[bans]\ndeny = [{ crate = "serde" }]\n' >"$DEV_DIR/deny-control.toml"
  must_fail "a banned crate" 'error\[banned\]' "$deny" --locked --config "$DEV_DIR/deny-control.toml" check bans
  if "$deny" --locked check advisories >"$LOG_DIR/advisories.log" 2>&1; then
    cat "$LOG_DIR/advisories.log"
  elif grep -q "failed to fetch advisory database" "$LOG_DIR/advisories.log"; then
    cat "$LOG_DIR/advisories.log"
    stage_note "advisories NOT checked: their database cannot be reached"
  else
    cat "$LOG_DIR/advisories.log"
    die "an advisory concerns us"
  fi
}
