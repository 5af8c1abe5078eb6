# Tools that judge us, from their registries, pinned; kept in the user's cache, so that a fresh checkout finds them.

DENY_VERSION=0.20.2

stage_tools() {
  npm_packages judges
  judge_python >/dev/null
  "$(judge_python)" -c 'import linode_api4, schemathesis, yaml; print("python tools are there")'
  judges/node_modules/.bin/prism --version
  judges/node_modules/.bin/spectral --version
}

# Prints the path of cargo-deny, after building it where there is none (some minutes, once, at low priority).
tool_cargo_deny() {
  local own=$TOOLS_DIR/cargo-deny-$DENY_VERSION/bin/cargo-deny
  if [[ ! -x $own ]]; then
    if command -v cargo-deny >/dev/null; then command -v cargo-deny && return 0; fi
    nice -n 15 cargo install cargo-deny --version "$DENY_VERSION" --locked --root "$TOOLS_DIR/cargo-deny-$DENY_VERSION" >&2
  fi
  printf '%s' "$own"
}

# Prints the path of a Python that has what judges/requirements.txt names.
judge_python() {
  local venv
  venv=$TOOLS_DIR/python-$(python3 -V | cksum | cut -d' ' -f1)-$(cksum <judges/requirements.txt | cut -d' ' -f1)
  if [[ ! -f $venv/.complete ]]; then
    rm -rf "$venv"
    mkdir -p "$TOOLS_DIR"
    python3 -m venv "$venv" >&2
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r judges/requirements.txt >&2
    touch "$venv/.complete"
  fi
  printf '%s' "$venv/bin/python"
}
