# What must be installed. Where apt is available it is offered; elsewhere the exact line to run is printed.

NODE_MIN=20
DEPS_MISSING=() DEPS_WORDS=()

# deps_need run|test: everything that `up` needs, or that and what only the tests need.
deps_need() {
  DEPS_MISSING=() DEPS_WORDS=()
  _deps_by_hand
  pg_find_bin >/dev/null || _missing postgresql "PostgreSQL $PG_MIN or newer (server binaries)"
  redis_find >/dev/null || _missing redis-server "Redis $REDIS_MIN or newer"
  command -v cc >/dev/null || _missing "gcc libc6-dev" "a C compiler"
  [[ $1 != test ]] || _deps_of_tests
  [[ ${#DEPS_MISSING[@]} -gt 0 ]] || return 0
  _deps_offer
}

# Rust and Node are the two things a developer brings; no distribution has the Rust we need.
_deps_by_hand() {
  local version wanted
  command -v cargo >/dev/null || die "Rust is missing. Run: curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"
  wanted=$(sed -n 's/^rust-version = "\([0-9.]*\)".*/\1/p' Cargo.toml)
  version=$(rustc --version | cut -d' ' -f2)
  version_at_least "$version" "${wanted:-0}" || die "Rust $wanted or newer is needed, this is $version. Run: rustup update stable"
  command -v node >/dev/null || die "Node.js $NODE_MIN or newer is missing (with npm): https://nodejs.org/en/download"
  version=$(node --version)
  version_at_least "${version#v}" "$NODE_MIN" || die "Node.js $NODE_MIN or newer is needed, this is $version: https://nodejs.org/en/download"
  command -v npm >/dev/null || die "npm is missing; it comes with Node.js: https://nodejs.org/en/download"
}

_deps_of_tests() {
  command -v shellcheck >/dev/null || _missing shellcheck "shellcheck (judges our scripts)"
  command -v qpdf >/dev/null || _missing qpdf "qpdf (judges our PDFs)"
  command -v promtool >/dev/null || _missing prometheus "promtool (judges our metrics)"
  python_usable || _missing "python3 python3-venv" "Python 3.10 with venv (judges our API)"
  # Ubuntu's chromium package only installs a snap; the browser stage says what to do there.
  chrome_find >/dev/null || [[ $(_os_id) == ubuntu ]] || _missing chromium "Chromium (browser tests)"
}

_missing() {
  # shellcheck disable=SC2206 # package names, split on purpose
  DEPS_MISSING+=($1)
  DEPS_WORDS+=("$2")
}

# version_at_least HAVE WANTED
version_at_least() { [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]; }

python_usable() {
  python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null
}

# The first Chromium or Chrome that answers (Ubuntu's stub without its snap does not).
chrome_find() {
  local name path
  for name in "${CHROME_PATH:-}" chromium google-chrome google-chrome-stable chromium-browser; do
    path=$(command -v "$name" 2>/dev/null) || continue
    timeout 20 "$path" --version 2>/dev/null | grep -qiE 'chrom' && { printf '%s' "$path"; return 0; }
  done
  return 1
}

_os_id() { sed -n 's/^ID=//p' /etc/os-release 2>/dev/null | tr -d '"'; }

_deps_offer() {
  say "Not installed yet:"
  printf '  - %s\n' "${DEPS_WORDS[@]}"
  if ! command -v apt-get >/dev/null; then _deps_other_systems; fi
  local sudo=''
  ((EUID == 0)) || sudo=sudo
  local line="$sudo apt-get install --no-install-recommends ${DEPS_MISSING[*]}"
  if ((EUID != 0)) && ! command -v sudo >/dev/null; then die "neither root nor sudo here. Run as root:${line#sudo}"; fi
  confirm "Install with apt (no service is started, no cluster made): ${DEPS_MISSING[*]}?" || die "nothing was installed. To do it by hand, run:
  ${line# }"
  apt_install "${DEPS_MISSING[@]}"
}

_deps_other_systems() {
  if command -v brew >/dev/null; then die "run: brew install postgresql@17 redis shellcheck prometheus qpdf"; fi
  if command -v dnf >/dev/null; then die "run: sudo dnf install postgresql-server postgresql-contrib redis gcc ShellCheck chromium python3 qpdf"; fi
  die "install them with your system's package manager, then run this again"
}
