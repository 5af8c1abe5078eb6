# What the person sees: one line a step with its seconds, and the tail of a log where something failed.

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
  UI_BOLD=$'\e[1m' UI_DIM=$'\e[2m' UI_RED=$'\e[31m' UI_GREEN=$'\e[32m' UI_AMBER=$'\e[33m' UI_OFF=$'\e[0m'
else
  UI_BOLD='' UI_DIM='' UI_RED='' UI_GREEN='' UI_AMBER='' UI_OFF=''
fi
UI_STEP='' UI_STEP_LOG='' UI_STEP_BEGAN=0

say() { printf '%s\n' "$*"; }
note() { printf '  %s%s%s\n' "$UI_DIM" "$*" "$UI_OFF"; }
warn() { printf '%swarning:%s %s\n' "$UI_AMBER" "$UI_OFF" "$*" >&2; }
die() {
  printf '%serror:%s %s\n' "$UI_RED" "$UI_OFF" "$*" >&2
  exit 1
}

# Milliseconds since the epoch.
now_ms() {
  local t=${EPOCHREALTIME/[.,]/}
  printf '%s' "$((t / 1000))"
}

# Seconds with one digit since a moment of now_ms.
since() {
  local ms=$(($(now_ms) - $1))
  printf '%d.%d s' "$((ms / 1000))" "$((ms % 1000 / 100))"
}

_step_began() {
  UI_STEP=$1 UI_STEP_LOG=$2
  UI_STEP_BEGAN=$(now_ms)
}

_step_ended() {
  printf '  %s✓%s %-58s %s%9s%s\n' "$UI_GREEN" "$UI_OFF" "$UI_STEP" "$UI_DIM" "$(since "$UI_STEP_BEGAN")" "$UI_OFF"
  UI_STEP='' UI_STEP_LOG=''
}

# step LABEL COMMAND…: runs it with its output hidden in a log, which is shown only where it fails.
step() {
  local label=$1
  shift
  _step_began "$label" "$LOG_DIR/${LOG_PREFIX:-}steps.log"
  mkdir -p "$LOG_DIR"
  printf '\n== %s\n' "$label" >>"$UI_STEP_LOG"
  "$@" >>"$UI_STEP_LOG" 2>&1
  _step_ended
}

# loud LABEL COMMAND…: runs it with its output in sight; for what may take minutes.
loud() {
  local label=$1
  shift
  _step_began "$label" ''
  printf '  %s▸ %s%s\n' "$UI_BOLD" "$label" "$UI_OFF"
  "$@"
  _step_ended
}

# To be called from an EXIT trap: says which step failed, and the last lines of what it wrote.
ui_report_failure() {
  [[ -n $UI_STEP ]] || return 0
  printf '  %s✗ %s%s failed after %s\n' "$UI_RED" "$UI_STEP" "$UI_OFF" "$(since "$UI_STEP_BEGAN")" >&2
  [[ -z $UI_STEP_LOG ]] || show_tail "$UI_STEP_LOG" 30
  UI_STEP=''
}

# show_tail FILE LINES: the end of a log, indented, on stderr.
show_tail() {
  printf '    %s--- the last lines of %s%s\n' "$UI_DIM" "${1#"$ROOT"/}" "$UI_OFF" >&2
  tail -n "$2" "$1" 2>/dev/null | sed 's/^/    /' >&2 || true
}

# confirm QUESTION: yes unless the answer begins with n. Without a terminal there is nobody to ask: no.
confirm() {
  [[ ${ASSUME_YES:-} != 1 ]] || return 0
  [[ -t 0 ]] || return 1
  local answer
  read -r -p "$1 [Y/n] " answer
  [[ ! $answer =~ ^[Nn] ]]
}
