# Processes of ours: each in a process group of its own (Ctrl-C reaches us alone, and we stop them in order),
# a log in .dev/logs and "pid starttime" in .dev/pids, so that a later ./dev never signals a stranger's pid.

PROC_STARTED=()

# What tells this process from a later one with the same pid; empty when it has ended or only waits to be reaped.
_proc_identity() {
  local stat
  if [[ -r /proc/self/stat ]]; then
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
    stat=${stat##*) }
    [[ $stat == Z* ]] || cut -d' ' -f20 <<<"$stat"
  else
    stat=$(ps -o stat=,lstart= -p "$1" 2>/dev/null) || return 0
    [[ $stat == Z* ]] || tr -s ' ' '_' <<<"${stat#* }"
  fi
}

# proc_start NAME COMMAND…
proc_start() {
  local name=$1 pid
  shift
  mkdir -p "$LOG_DIR" "$PID_DIR"
  set -m
  "$@" </dev/null >"$LOG_DIR/$name.log" 2>&1 &
  pid=$!
  set +m
  printf '%s %s\n' "$pid" "$(_proc_identity "$pid")" >"$PID_DIR/$name.pid"
  PROC_STARTED+=("$name")
}

# proc_pid NAME: its pid while it lives, else nothing.
proc_pid() {
  local pid identity
  read -r pid identity 2>/dev/null <"$PID_DIR/$1.pid" || return 0
  [[ -n $identity && $(_proc_identity "$pid") == "$identity" ]] || return 0
  printf '%s' "$pid"
}

# _proc_ask NAME: tells it to finish and go. (INT is PostgreSQL's fast shutdown, which does not wait for clients.)
_proc_ask() {
  local pid signal=TERM
  [[ $1 != *postgres ]] || signal=INT
  pid=$(proc_pid "$1")
  [[ -z $pid ]] || kill -s "$signal" "$pid" 2>/dev/null || true
}

# _proc_await_end NAME SECONDS: waits, and kills what did not go.
_proc_await_end() {
  local name=$1 seconds=$2 pid try
  for ((try = 0; try < seconds * 20; try++)); do
    [[ -n $(proc_pid "$name") ]] || break
    sleep 0.05
  done
  pid=$(proc_pid "$name")
  if [[ -n $pid ]]; then
    warn "$name did not stop in $seconds s; killing it"
    kill -s KILL -- "-$pid" 2>/dev/null || kill -s KILL "$pid" 2>/dev/null || true
  fi
  rm -f "$PID_DIR/$name.pid"
}

# proc_stop NAME [SECONDS]
proc_stop() {
  _proc_ask "$1"
  _proc_await_end "$1" "${2:-25}"
}

# proc_stop_all NAME…: our own processes together, since each may drain for a while; then what they stand on.
proc_stop_all() {
  local name ours=() below=()
  for name in "$@"; do
    case $name in
      *postgres | *redis | *sim | *prism) below+=("$name") ;;
      *) ours+=("$name") ;;
    esac
  done
  for name in "${ours[@]}"; do _proc_ask "$name"; done
  for name in "${ours[@]}"; do _proc_await_end "$name" 25; done
  for name in "${below[@]}"; do proc_stop "$name"; done
}

# Names of our processes that live, however they were started.
proc_living() {
  local file name
  for file in "$PID_DIR"/*.pid; do
    [[ -e $file ]] || continue
    name=$(basename "$file" .pid)
    if [[ -n $(proc_pid "$name") ]]; then say "$name"; else rm -f "$file"; fi
  done
}

# proc_await NAME SECONDS COMMAND…: until the command succeeds; ends early where the process died.
proc_await() {
  local name=$1 seconds=$2 began
  shift 2
  began=$(now_ms)
  until "$@" >/dev/null 2>&1; do
    if [[ -z $(proc_pid "$name") ]]; then
      show_tail "$LOG_DIR/$name.log" 30
      die "$name ended before it was ready"
    fi
    if (($(now_ms) - began > seconds * 1000)); then
      show_tail "$LOG_DIR/$name.log" 30
      die "$name was not ready within $seconds s"
    fi
    sleep 0.1
  done
}

# Waits until one of what this shell started ends by itself, and says which, how, and its last words. Fails always.
proc_watch() {
  local name pid status
  while true; do
    status=0
    wait -n -p pid 2>/dev/null || status=$?
    for name in "${PROC_STARTED[@]}"; do
      [[ -z $(proc_pid "$name") ]] || continue
      if ((status > 128)); then status="signal $((status - 128))"; else status="exit code $status"; fi
      warn "$name ended by itself ($status)"
      show_tail "$LOG_DIR/$name.log" 20
      return 1
    done
  done
}
