# What is built, and only when its sources are newer: npm packages, the pages, the binaries.

# npm_packages FOLDER: node_modules as the lockfile says, installed again only when the lockfile changed.
npm_packages() {
  local stamp=$1/node_modules/.lock-stamp sum
  sum=$(cksum <"$1/package-lock.json")
  [[ ! -f $stamp || $(<"$stamp") != "$sum" ]] || return 0
  loud "Installing packages of $1/" npm --prefix "$1" ci --no-audit --no-fund --loglevel=error
  printf '%s\n' "$sum" >"$stamp"
}

# The pages were never built (the placeholder that a bare cargo build leaves has no assets), or changed since.
_web_is_stale() {
  [[ -d web/dist/assets && -f web/dist/index.html ]] || return 0
  [[ -n $(find web/src web/public web/scripts web/index.html web/package-lock.json web/vite.config.ts -newer web/dist/index.html -print -quit 2>/dev/null) ]]
}

# Both do nothing in a ./dev of the stage small, which has built for all that it starts.
build_web() {
  [[ -z ${SKYPANEL_BUILT:-} ]] || return 0
  [[ -f web/package-lock.json ]] || { note "no web/ yet: the server shows its placeholder page"; return 0; }
  npm_packages web
  _web_is_stale || return 0
  loud "Building the pages" npm --prefix web run build
}

# build_binaries [-p PACKAGE…]: in the development profile that tests use too, so that nothing is compiled twice.
build_binaries() {
  [[ -z ${SKYPANEL_BUILT:-} ]] || return 0
  loud "Building the server" cargo build --locked -p skypanel -p simulators "$@"
}

# The path of a binary that was built.
binary() { printf '%s/debug/%s' "$TARGET_DIR" "$1"; }
