# ./dev prove and ./dev bench: programs of proofs/ and bench/ against fresh servers that really write to disk.

cmd_prove() {
  local name=${1:-} chrome
  [[ -n $name ]] || die "usage: ./dev prove NAME [options]; NAME is a story such as sale or chaos, or all"
  _prove_figures "$@"
  case $name in
    all)
      _prove_all "${@:2}"
      return
      ;;
    chaos | field)
      _prove_own "$@"
      return
      ;;
    pages)
      _prove_pages "${@:2}"
      return
      ;;
  esac
  _fresh_servers prove
  build_web
  build_binaries -p proofs
  chrome=$(chrome_find || true)
  # What others' programs say of our codes and documents.
  if [[ $name == access || $name == money ]]; then
    SKYPANEL_JUDGE_PYTHON=$(judge_python)
    export SKYPANEL_JUDGE_PYTHON
  fi
  if [[ -n $chrome ]]; then export CHROME_PATH=$chrome; else warn "no Chromium: the pages' part of a story cannot be played"; fi
  _play debug prove "$@"
}

# The figures of whole stories are kept, and the next run says which step grew.
_prove_figures() {
  local word
  for word in "$@"; do
    case $word in -- | --small | --seed | --no-pages | --spoil | --soak | --operations | --histories) return 0 ;; esac
  done
  mkdir -p "$DEV_DIR/figures"
  export SKYPANEL_FIGURES=$DEV_DIR/figures
}

# _prove_all [--small]: every story, one after the other, also where one fails; the table says what each took.
_prove_all() {
  local story began chaos=() failed=() rows=()
  case ${1:-} in
    '') ;;
    --small) chaos=(--seed 1 --lanes 1) ;;
    *) die "usage: ./dev prove all [--small]" ;;
  esac
  for story in sale jobs field access money pages chaos; do
    began=$(now_ms)
    if [[ $story == chaos && ${#chaos[@]} -gt 0 ]]; then set -- "${chaos[@]}"; fi
    if "$ROOT/dev" prove "$story" "$@"; then
      rows+=("$(printf '%-8s %10s  proven' "$story" "$(since "$began")")")
    else
      rows+=("$(printf '%-8s %10s  NOT PROVEN' "$story" "$(since "$began")")")
      failed+=("$story")
    fi
  done
  printf '\n'
  printf '  %s\n' "${rows[@]}"
  [[ ${#failed[@]} -eq 0 ]] || die "not proven: ${failed[*]}"
}

# _prove_pages [--small] [-- what Playwright takes]: the whole of what the stage `pages` plays in part, with photographs.
_prove_pages() {
  local extent=whole
  if [[ ${1:-} == --small ]]; then extent=small && shift; fi
  if [[ ${1:-} == -- ]]; then shift; elif [[ $# -gt 0 ]]; then die "usage: ./dev prove pages [--small] [-- what Playwright takes]"; fi
  # Its stack knows the passwords of this folder's servers alone.
  SKYPANEL_SERVERS_GIVEN='' _fresh_servers prove
  pages_play "$extent" "$@"
}

# _prove_own STORY…: one whose servers are its own: it stops, kills, copies and restores them.
_prove_own() {
  RUN=prove
  QUIET_STOP=1
  settings_open
  deps_need run
  _run_alone
  build_web
  chaos_programs
  own_play "$@"
}

# The programs of a run, out of the way of builds that run meanwhile.
chaos_programs() {
  local program
  build_binaries -p proofs
  CHAOS_BIN=$DEV_DIR/chaos-bin
  rm -rf "$CHAOS_BIN"
  mkdir -p "$CHAOS_BIN"
  for program in skypanel skypanel-sim prove; do cp "$(binary "$program")" "$CHAOS_BIN/"; done
}

chaos_play() { own_play chaos "$@"; }

own_play() {
  local pg redis
  pg=$(pg_find_bin) || die "no PostgreSQL $PG_MIN or newer"
  redis=$(redis_find) || die "no redis-server $REDIS_MIN or newer"
  SKYPANEL_PG_BIN=$pg SKYPANEL_REDIS_SERVER=$redis SKYPANEL_BIN=$CHAOS_BIN/skypanel SKYPANEL_SIM_BIN=$CHAOS_BIN/skypanel-sim \
    "$CHAOS_BIN/prove" "$@"
}

cmd_bench() {
  local word profile=release
  # What is not judged needs no release build.
  for word in "$@"; do
    case $word in --small | --write-statements* | --help) profile=debug ;; esac
  done
  PG_STATEMENTS=yes
  _fresh_servers bench
  build_web
  # The other queues, which only this table is measured beside.
  [[ ${1:-} != jobs ]] || npm_packages bench/peers
  if [[ $profile == debug ]]; then build_binaries -p bench; else _build_release; fi
  _play "$profile" bench "$@"
}

_build_release() {
  loud "Building for release (about 10 minutes the first time)" cargo build --locked --release -p skypanel -p simulators -p bench
  ! grep -q before_intent "$TARGET_DIR/release/skypanel" || die "failpoints are in the release build"
}

# _fresh_servers RUN: an empty PostgreSQL with fsync on and an empty Redis; gone when the command ends.
_fresh_servers() {
  RUN=$1
  QUIET_STOP=1
  settings_open
  deps_need run
  # The stage small has servers for everything that it runs.
  [[ -z ${SKYPANEL_SERVERS_GIVEN:-} ]] || return 0
  _run_alone
  test_servers_start on yes
}

# _play PROFILE PROGRAM…: prove or bench, told where the binaries are that it starts.
_play() {
  local folder=$TARGET_DIR/$1
  shift
  SKYPANEL_BIN=$folder/skypanel SKYPANEL_SIM_BIN=$folder/skypanel-sim "$folder/$1" "${@:2}"
}
