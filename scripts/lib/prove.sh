# ./dev prove and ./dev bench: the testkit's own programs against fresh servers that really write to disk.

cmd_prove() {
  local name=${1:-} chrome
  [[ -n $name ]] || die "usage: ./dev prove NAME [options]; NAME is a story such as sale"
  _fresh_servers prove run
  build_web
  build_binaries
  chrome=$(chrome_find || true)
  [[ -z $chrome ]] || export CHROME_PATH=$chrome
  cargo run --quiet --locked -p testkit --bin prove -- "$@"
}

cmd_bench() {
  _fresh_servers bench run
  build_web
  loud "Building for release (about 10 minutes the first time)" cargo build --locked --release -p skypanel -p simulators -p testkit
  SKYPANEL_PROFILE=release "$TARGET_DIR/release/bench" "$@"
}

# _fresh_servers NAME: an empty PostgreSQL with fsync on and an empty Redis, gone when the command ends.
_fresh_servers() {
  settings_open
  deps_need "$2"
  RUN=$1
  _run_alone
  test_servers_start on yes
}
