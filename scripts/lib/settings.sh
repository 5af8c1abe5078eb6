# Where this checkout keeps what it makes, and what it must remember between starts (.dev/env).

# A ./dev that a stage of the tests starts has a folder of its own.
DEV_DIR=${SKYPANEL_DEV_DIR:-$ROOT/.dev}
ENV_FILE=$DEV_DIR/env
LOG_DIR=$DEV_DIR/logs
PID_DIR=$DEV_DIR/pids
TOOLS_DIR=${XDG_CACHE_HOME:-${HOME:-$DEV_DIR}/.cache}/skypanel/tools
TARGET_DIR=${CARGO_TARGET_DIR:-$ROOT/target}
[[ $TARGET_DIR == /* ]] || TARGET_DIR=$ROOT/$TARGET_DIR

# Opens .dev and reads what was remembered. Secrets are made once and stay on this machine.
settings_open() {
  mkdir -p "$DEV_DIR" "$LOG_DIR" "$PID_DIR"
  [[ -f $ENV_FILE ]] || (umask 077 && printf '# Written by ./dev; secrets of this checkout only. Delete with ./dev reset.\n' >"$ENV_FILE")
  # shellcheck disable=SC1090
  source "$ENV_FILE"
  local name
  for name in PG_SUPER PG_OWNER PG_APP REDIS; do secret_once "DEV_${name}_PASSWORD" 16; done
  secret_once DEV_JWT_SECRET 32
  secret_once DEV_SSH_CRED_SECRET 32
  secret_once DEV_CLOUD_TOKEN 16
  secret_once DEV_ADMIN_PASSWORD 8
  secret_once DEV_CUSTOMER_PASSWORD 8
}

# remember NAME VALUE: keeps it in .dev/env and in this shell.
remember() {
  local kept
  kept=$(grep -v "^$1=" "$ENV_FILE" || true)
  (umask 077 && printf '%s\n%s=%q\n' "$kept" "$1" "$2" >"$ENV_FILE.new")
  mv -f "$ENV_FILE.new" "$ENV_FILE"
  printf -v "$1" '%s' "$2"
}

# random_hex BYTES
random_hex() { od -An -v -N "$1" -tx1 /dev/urandom | tr -d ' \n'; }

# secret_once NAME BYTES: makes a secret where none is remembered.
secret_once() { [[ -n ${!1:-} ]] || remember "$1" "$(random_hex "$2")"; }

# A short name for this checkout's path (or for that of the folder in it), for what must live outside it.
checkout_hash() { printf '%s' "${SKYPANEL_DEV_DIR:-$ROOT}" | cksum | cut -d' ' -f1; }
