# What can be known of the container files where no image can be pulled: they are well formed, their commands parse,
# their settings exist, the linter is content. The roles' script is run for real by every private cluster.

stage_compose() {
  npm_packages judges
  _compose_file
  _compose_commands
  _dockerfile
}

_compose_file() {
  local tool files=(docker-compose.yml .env.example deploy/env.example)
  node judges/compose.mjs "${files[@]}" >"$DEV_DIR/compose-commands"
  must_fail "a compose file without its secrets" "JWT_SECRET is not set" node judges/compose.mjs "${files[@]}" JWT_SECRET
  if docker compose version >/dev/null 2>&1; then
    tool=(docker compose)
  elif command -v docker-compose >/dev/null; then
    tool=(docker-compose)
  else
    stage_note "no docker compose here: its file was read by our own check only"
    return 0
  fi
  _compose_required | sed 's/$/=checked-by-the-compose-stage/' >"$DEV_DIR/compose.env"
  "${tool[@]}" -f docker-compose.yml --env-file "$DEV_DIR/compose.env" config --quiet
  : >"$DEV_DIR/empty.env"
  must_fail "a compose file without its secrets" "mandatory value|required variable" "${tool[@]}" -f docker-compose.yml --env-file "$DEV_DIR/empty.env" config --quiet
}

_compose_required() { grep -oE '[A-Z0-9_]+:\?' docker-compose.yml | tr -d ':?' | sort -u; }

# Each command is one that the binary takes, before it does anything.
_compose_commands() {
  local line words
  build_binaries
  while IFS= read -r line; do
    mapfile -t words < <(tr '\t' '\n' <<<"$line")
    say "skypanel ${words[*]}"
    "$(binary skypanel)" "${words[@]}" --check-args
  done <"$DEV_DIR/compose-commands"
  must_fail "a command that does not exist" wroker "$(binary skypanel)" wroker --check-args
}

_dockerfile() {
  local hadolint
  hadolint=$(dirname "$(judge_python)")/hadolint
  if ! "$hadolint" --version; then
    stage_note "no hadolint here: the Dockerfile was not judged"
    return 0
  fi
  "$hadolint" Dockerfile
  must_fail "an image without a version" DL3007 "$hadolint" - <<<'FROM debian:latest'
}
