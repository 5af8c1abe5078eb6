# The stage `small`: everything that the documents tell people to type, once and at tiny sizes: each command of `./dev`
# and of `skypanel` that asks nothing, each story of `prove`, each measurement of `bench`. What it ran is then held
# against the documents, so that no documented command can break unseen.

# What each is allowed; more is told, not judged. One that takes much longer hangs.
SMALL_EACH_S=45
SMALL_HUNG_S=240

stage_small() {
  SMALL_RAN=$DEV_DIR/small-ran
  # What a ./dev of this stage starts has a folder of its own, beside whatever the developer runs.
  SMALL_DIR=$DEV_DIR/small
  printf './dev test\n' >"$SMALL_RAN"
  printf './dev test %s\n' "${TEST_STAGES[@]}" judges >>"$SMALL_RAN"
  build_web
  build_binaries -p proofs -p bench
  export SKYPANEL_BUILT=yes
  _small_programs
  _small_everyday
  _small_skypanel
  _small_documents
}

# --- how a command is run and noted ------------------------------------------------------------------------------

# _small_ran WORDS BEGAN: notes what was run, and says so where it took long.
_small_ran() {
  local ms=$(($(now_ms) - $2))
  printf '%s\n' "$1" >>"$SMALL_RAN"
  ((ms <= SMALL_EACH_S * 1000)) || stage_note "$1 took $((ms / 1000)) s, more than $SMALL_EACH_S"
}

# _small_step WORDS COMMAND…: runs a command that ends by itself.
_small_step() {
  local words=$1 began
  shift
  began=$(now_ms)
  step "${words:0:58}" timeout --foreground -k 30 "$SMALL_HUNG_S" "$@"
  _small_ran "$words" "$began"
}

# _small_runs WORDS NAME CONDITION -- COMMAND…: runs one that lasts until it is told to stop.
_small_runs() {
  local words=$1 name=test-small-$2 condition=$3 began
  shift 4
  began=$(now_ms)
  proc_start "$name" "$@"
  step "${words:0:58}" proc_await "$name" 120 eval "$condition"
  _small_ran "$words" "$began"
}

# A ./dev of its own folder, and of the servers that this run has (small_dev) or of none (small_dev_private).
small_dev() { _small_step "./dev $*" env SKYPANEL_DEV_DIR="$SMALL_DIR" SKYPANEL_SERVERS_GIVEN=yes "$ROOT/dev" "$@"; }

_small_private() { printf '%s\n' env -u DATABASE_URL -u DATABASE_OWNER_URL -u REDIS_URL SKYPANEL_DEV_DIR="$SMALL_DIR" "$ROOT/dev"; }

small_dev_private() {
  local dev
  mapfile -t dev < <(_small_private)
  _small_step "./dev $*" "${dev[@]}" "$@"
}

small_skypanel() { _small_step "skypanel $*" "$(binary skypanel)" "$@"; }

# --- proofs and measurements ---------------------------------------------------------------------------------------

_small_programs() {
  # Each story, four times what one is allowed.
  SMALL_EACH_S=$((4 * SMALL_EACH_S)) SMALL_HUNG_S=$((3 * SMALL_HUNG_S)) small_dev prove all --small
  printf './dev prove %s\n' sale jobs field access money pages chaos >>"$SMALL_RAN"
  small_dev bench --small
  small_dev bench access --small
  small_dev bench jobs --small
  small_dev bench money --small
  small_dev bench order --write-statements "$DEV_DIR/order-now.pgbench"
}

# --- the commands of every day -------------------------------------------------------------------------------------

_small_everyday() {
  local dev port
  mapfile -t dev < <(_small_private)
  port=$(port_free)
  small_dev_private help
  # Where the stages before it did not run, it compiles.
  SMALL_HUNG_S=1200 small_dev_private check
  _small_runs "./dev up --yes" up "grep -q 'SkyPanel is up' '$LOG_DIR/test-small-up.log'" -- "${dev[@]}" up --yes
  small_dev_private psql -c 'select count(*) from org'
  small_dev_private psql --owner -c 'select count(*) from org'
  _small_runs "./dev logs api" logs "grep -q . '$LOG_DIR/test-small-logs.log'" -- "${dev[@]}" logs api
  proc_stop test-small-logs
  _small_runs "./dev web" web "http_ok http://127.0.0.1:$port/" -- "${dev[@]}" web --host 127.0.0.1 --port "$port" --strictPort
  proc_stop test-small-web
  small_dev_private down
  [[ -z $(proc_pid test-small-up) ]] || die "./dev down left ./dev up running"
  small_dev_private reset --yes
  [[ ! -e $SMALL_DIR ]] || die "./dev reset left $SMALL_DIR"
}

# --- the commands of operators -------------------------------------------------------------------------------------

_small_skypanel() {
  test_stack small
  # What a stack consists of.
  printf 'skypanel %s\n' 'migrate up' 'demo seed' api worker scheduler >>"$SMALL_RAN"
  _small_prints
  _small_schema
  _small_people
  _small_users
  _small_keys
  _small_programs_of_customers
  _small_payments
  _small_jobs
  _small_platform
  _small_all
}

_small_prints() {
  small_skypanel openapi
  small_skypanel env-example
  small_skypanel migrate status
  small_skypanel doctor
  small_skypanel demo clock --ahead-s 1
}

# A database of its own: these drop everything.
_small_schema() (
  pg_fresh_database "$TEST_PG_FOLDER" "$TEST_PG_PORT" skypanel_small_schema
  export DATABASE_URL DATABASE_OWNER_URL
  DATABASE_URL=$(pg_url_app "$TEST_PG_PORT" skypanel_small_schema)
  DATABASE_OWNER_URL=$(pg_url_owner "$TEST_PG_PORT" skypanel_small_schema)
  small_skypanel migrate fresh --yes
  small_skypanel migrate reset --yes
)

_small_people() {
  small_skypanel admin create --email second@skypanel.example <<<'correct horse battery 7'
  small_skypanel admin set-password --email second@skypanel.example <<<'correct horse battery 8'
  small_skypanel admin promote --email "$DEMO_CUSTOMER_EMAIL"
  small_skypanel admin demote --email "$DEMO_CUSTOMER_EMAIL"
}

_small_users() {
  local org
  small_skypanel user list
  small_skypanel user list --q demo --role user --state active
  small_skypanel user show "$DEMO_CUSTOMER_EMAIL"
  small_skypanel user disable "$DEMO_CUSTOMER_EMAIL" --reason small
  small_skypanel user enable "$DEMO_CUSTOMER_EMAIL" --reason small
  small_skypanel user end-sessions "$DEMO_CUSTOMER_EMAIL" --reason small
  pg_admin "$TEST_PG_FOLDER" "$TEST_PG_PORT" -d skypanel_small -c "
    insert into totp (user_id, secret_sealed, confirmed_at, last_step)
    select id, 'small', now(), 0 from app_user where email = 'second@skypanel.example'"
  small_skypanel user reset-factors second@skypanel.example --now
  small_skypanel user sessions "$DEMO_CUSTOMER_EMAIL"
  small_skypanel user export "$DEMO_CUSTOMER_EMAIL"
  small_skypanel user create small@customer.example --name Small
  small_skypanel org create Small --owner small@customer.example
  small_skypanel user erase small@customer.example --confirm small@customer.example
  small_skypanel org list
  org=$("$(binary skypanel)" org list --json | _small_first_id)
  small_skypanel org show "$org"
  small_skypanel org billing "$org"
  small_skypanel org quota "$org" --vps 20 --reason small
  small_skypanel org quota "$org" --default --reason small
  small_skypanel org lift-networks "$org" --reason small
  small_skypanel mail list
  small_skypanel mail preview verify_address
}

# What a customer's program does, with a key that the API made.
_small_programs_of_customers() (
  local ssh_key=$DEV_DIR/small-key.pub
  export SKYPANEL_URL=$CLIENT_URL SKYPANEL_API_KEY
  SKYPANEL_API_KEY=$(node judges/key.mjs "$CLIENT_URL" "$DEMO_CUSTOMER_EMAIL" "$DEMO_CUSTOMER_PASSWORD")
  printf 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHMJwhzjgmTJdnLpEf6/cpa4ICysMRPPLsuPa+Q6UtWd small\n' >"$ssh_key"
  small_skypanel wallet
  small_skypanel vps list
  small_skypanel vps create --name small --plan Nano --region us-east --image debian12 --ssh-key "$ssh_key" --dry-run
  small_skypanel vps create --name small --plan Nano --region us-east --image debian12 --ssh-key "$ssh_key"
  _small_server running
  small_skypanel vps show small
  small_skypanel vps reboot small
  _small_server running
  small_skypanel vps shutdown small
  _small_server stopped
  small_skypanel vps boot small
  _small_server running
  small_skypanel vps delete small --yes small
)

# _small_server STATUS: waits until the customer's only server has it, and no job of its own.
_small_server() {
  local try listed
  for ((try = 0; try < 120; try++)); do
    listed=$("$(binary skypanel)" vps list --json)
    if grep -q "\"status\": *\"$1\"" <<<"$listed" && grep -q '"job": *null' <<<"$listed"; then return 0; fi
    sleep 0.5
  done
  die "the server is not $1 after a minute: $listed"
}

# A key of the demonstration's customer; no command makes one.
_small_keys() {
  local key
  pg_admin "$TEST_PG_FOLDER" "$TEST_PG_PORT" -d skypanel_small -c "
    insert into api_key (id, org_id, user_id, name, ident, hash, scopes, created_at, expires_at)
    select gen_random_uuid(), org_id, user_id, 'small', 'smallkey', sha256('small'), '{vps:read}', now(),
      now() + interval '1 day'
    from org_member limit 1"
  small_skypanel key
  small_skypanel key list
  small_skypanel key list --user "$DEMO_CUSTOMER_EMAIL"
  key=$("$(binary skypanel)" key list --json | _small_first_id)
  small_skypanel key revoke "$key"
}

# A payment of the demonstration's customer, as one that arrived before any provider was set up; no command makes one.
_small_payments() {
  local payment
  pg_admin "$TEST_PG_FOLDER" "$TEST_PG_PORT" -d skypanel_small -c "
    insert into payment (id, org_id, actor_id, provider, mode, amount_micros, currency, state, order_id, created_at,
      expires_at)
    select gen_random_uuid(), m.org_id, m.user_id, 'paypal', 'simulated', 5000000, 'USD', 'expired', 'SMALL', now(), now()
    from org_member m where m.org_id in (select org_id from vps) limit 1"
  small_skypanel payment
  small_skypanel payment list --state expired
  small_skypanel payment export --state expired
  payment=$("$(binary skypanel)" payment list --json | node -e '
    process.stdin.toArray().then((all) => console.log(JSON.parse(all.join("")).items[0].payment.id))')
  small_skypanel payment show "$payment"
  small_skypanel payment settle "$payment"
  small_skypanel payment refund "$payment" 0.001 --to wallet --reason small --dry-run --json
  small_skypanel payment refund "$payment" 0.001 --to wallet --reason small
}

_small_jobs() {
  local job
  small_skypanel tick run --wait-s 60 --json
  small_skypanel tick list --limit 5
  small_skypanel jobs pause mail --reason small
  small_skypanel jobs counts
  small_skypanel jobs counts --queue mail --since 24h
  small_skypanel jobs list --limit 5
  small_skypanel jobs list --since 2026-01-31T12:00:00Z --until 1m
  small_skypanel jobs stats --window 1h
  small_skypanel jobs stats --error small --since 24h
  job=$(_small_failed_job)
  small_skypanel jobs show "$job"
  small_skypanel jobs retry "$job" --reason small
  job=$("$(binary skypanel)" jobs list --kind platform.probe --state queued --json | _small_first_id)
  small_skypanel jobs cancel "$job" --reason small
  job=$(_small_failed_job)
  small_skypanel jobs discard "$job" --reason small
  small_skypanel jobs resume mail --reason small
}

# Prints the id of a job that failed; no command makes one.
_small_failed_job() {
  pg_admin "$TEST_PG_FOLDER" "$TEST_PG_PORT" -d skypanel_small -c "
    insert into job (id, kind, queue, state, max_attempts, deadline_at, finished_at, error_code)
    values (gen_random_uuid(), 'platform.probe', 'mail', 'failed', 3, now() + interval '1 hour', now(), 'small')"
  "$(binary skypanel)" jobs list --error small --state failed --json | _small_first_id
}

_small_first_id() { node -e 'process.stdin.toArray().then((all) => console.log(JSON.parse(all.join("")).items[0].id))'; }

_small_platform() {
  local worker cloud
  small_skypanel limits
  small_skypanel limits show
  small_skypanel limits override "$DEMO_CUSTOMER_EMAIL" --max 900 --expires 1h --reason small
  small_skypanel limits lift "$DEMO_CUSTOMER_EMAIL" --reason small
  small_skypanel queues
  small_skypanel queues list
  small_skypanel queues tune mail --window 100 --reason small
  small_skypanel schedules
  small_skypanel schedules list
  small_skypanel schedules run platform.tidy --reason small
  small_skypanel schedules pause platform.tidy --reason small
  small_skypanel schedules resume platform.tidy --reason small
  small_skypanel schedules set-cron platform.tidy '17 3 * * *' --reason small
  small_skypanel schedules history platform.tidy
  small_skypanel cloud
  small_skypanel cloud list
  small_skypanel cloud test
  small_skypanel provider test
  cloud=$("$(binary skypanel)" cloud list --json | _small_first_id)
  small_skypanel cloud pause "$cloud" --reason small
  small_skypanel cloud resume "$cloud" --reason small
  small_skypanel cloud brakes "$cloud"
  small_skypanel cloud distrust
  small_skypanel cloud release "$cloud" --trust --reason small
  small_skypanel ledger verify
  small_skypanel ledger balance
  small_skypanel ledger journal --limit 5
  _small_debt
  small_skypanel promo make SMALL-2026 1 --uses 1
  small_skypanel promo list
  small_skypanel promo end "$("$(binary skypanel)" promo list --json | _small_first_id)"
  small_skypanel credit limit 250
  small_skypanel credit waiting
  printf 'machine_id,from,to,amount\n1,2026-11-01,2026-12-01,5\n' >"$DEV_DIR/small-invoice.csv"
  small_skypanel supplier import "$cloud" SMALL-1 "$DEV_DIR/small-invoice.csv"
  small_skypanel supplier list
  small_skypanel supplier show "$("$(binary skypanel)" supplier list --json | _small_first_id)"
  small_skypanel supplier margin 5
  small_skypanel invoice list
  _small_invoice
  small_skypanel workers
  small_skypanel workers list
  worker=$("$(binary skypanel)" workers list --json | _small_first_id)
  small_skypanel workers quiet "$worker" --reason small
  small_skypanel workers wake "$worker" --reason small
}

# A debt, as hours that a wallet could not pay leave one, written off.
_small_debt() {
  local org
  org=$("$(binary skypanel)" org list --json | _small_first_id)
  pg_admin "$TEST_PG_FOLDER" "$TEST_PG_PORT" -d skypanel_small -c "
    with debt as (
      update account set balance_micros = balance_micros - 1000000
      where kind = 'receivable' and org_id = (
        select id from org where deleted_at is null order by id desc limit 1)
      returning id, org_id, balance_micros
    ), j as (
      insert into journal (idem_key, kind, org_id, effective_at)
      select 'usage:small', 'usage', org_id, now() from debt returning id, org_id
    )
    insert into posting (journal_id, seq, account_id, org_id, amount_micros, balance_after)
    select j.id, 1, d.id, j.org_id, -1000000, d.balance_micros from j, debt d
    union all
    select j.id, 2, a.id, j.org_id, 1000000, null from j, account a where a.kind = 'revenue'"
  small_skypanel ledger write-off "$org" 1 --reason small --dry-run
  small_skypanel ledger write-off "$org" 1 --reason small
}

# The customer's receipts and last month's invoice, if there is anything to say.
_small_invoice() {
  local org invoice
  small_skypanel schedules run invoice.issue --reason small
  org=$("$(binary skypanel)" org list --json | _small_first_id)
  small_skypanel invoice issue "$org" 2026-01
  invoice=$("$(binary skypanel)" invoice list --json | node -e 'process.stdin.toArray().then((all) => console.log(JSON.parse(all.join("")).items[0]?.id ?? ""))')
  for _ in {1..60}; do
    [[ -n $invoice ]] && break
    sleep 0.5
    invoice=$("$(binary skypanel)" invoice list --json | node -e 'process.stdin.toArray().then((all) => console.log(JSON.parse(all.join("")).items[0]?.id ?? ""))')
  done
  small_skypanel invoice show "$invoice"
}

# The three in one process, and last the end of a worker.
_small_all() {
  local port worker
  port=$(port_free)
  _small_runs "skypanel all" all "http_ok http://127.0.0.1:$port/readyz" -- \
    env PORT="$port" CLIENT_URL="http://127.0.0.1:$port" METRICS_ADDR='' "$(binary skypanel)" all
  proc_stop test-small-all
  worker=$("$(binary skypanel)" workers list --json | _small_first_id)
  small_skypanel workers stop "$worker" --reason small
}

# --- what the documents say ----------------------------------------------------------------------------------------

_small_documents() {
  local spoiled=$DEV_DIR/small-control.md
  # shellcheck disable=SC2016 # backticks of a document
  printf 'Type `./dev fly` and `skypanel jobs teleport`.\n' >"$spoiled"
  _small_all_commands
  must_fail "a document with a command that does not exist" '\./dev fly' small_documented "$spoiled"
  must_fail "a document with a command that does not exist" 'skypanel jobs teleport' small_documented "$spoiled"
  small_documented README.md CONTRIBUTING.md docs/*.md docs/adr/*.md
}

# Every command there is was run, told in a document or not.
_small_all_commands() {
  local word words missing=()
  # shellcheck disable=SC2016 # a variable of dev's own text
  for word in $(sed -n 's/^ *\([a-z |]*\)) "cmd_$command" "$@" ;;/\1/p' dev | tr -d '|'); do
    _small_covers "./dev $word" || missing+=("./dev $word")
  done
  while IFS= read -r words; do
    _small_covers "skypanel $words" || missing+=("skypanel $words")
  done < <(_small_leaves)
  [[ ${#missing[@]} -eq 0 ]] || die "commands that this stage does not run: ${missing[*]/%/,}"
}

# _small_covers WORDS: a command that begins with these words was run.
_small_covers() { awk -v words="$1" '$0 == words || index($0, words " ") == 1 { found = 1 } END { exit !found }' "$SMALL_RAN"; }

# _small_leaves [WORDS…]: every command of skypanel below these words that has none below itself.
_small_leaves() {
  local below name
  below=$("$(binary skypanel)" "$@" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z-][a-z-]*\) .*/\1/p' | grep -v '^help$' || true)
  if [[ -z $below ]]; then printf '%s\n' "$*" && return 0; fi
  for name in $below; do _small_leaves "$@" "$name"; done
}

# small_documented FILE…: fails where a document names a command that was not run.
small_documented() {
  local words unknown=()
  while IFS= read -r words; do
    _small_covers "$words" || unknown+=("$words")
  done < <(node scripts/documented.mjs "$@")
  [[ ${#unknown[@]} -gt 0 ]] || return 0
  say "commands that documents name and the stage small does not run: ${unknown[*]/%/,}"
  return 1
}
