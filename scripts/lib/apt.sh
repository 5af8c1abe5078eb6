# apt-get install without side effects: no service started now or at the next boot, no database cluster created.
# What is changed for the time of the install is put back after it, also where it fails or is interrupted.

APT_POLICY=/usr/sbin/policy-rc.d
APT_CLUSTER=/etc/postgresql-common/createcluster.conf
APT_UNDO=''
# Tells our own files from the system's, should two installs meet or one have been killed.
APT_MARK='# Here for the time of an install by ./dev.'

# apt_install PACKAGE…
apt_install() {
  local unit new_units=()
  for unit in redis-server prometheus; do _apt_unit_enabled "$unit" || new_units+=("$unit"); done
  APT_UNDO=$(mktemp -d)
  _apt_replace "$APT_POLICY" 755 < <(printf '#!/bin/sh\n%s\nexit 101\n' "$APT_MARK")
  loud "Installing $*" _apt_get_install "$@"
  apt_put_back
  for unit in "${new_units[@]}"; do _apt_disable "$unit"; done
}

_apt_get_install() {
  local package
  for package in "$@"; do
    [[ -n $(apt-cache madison "$package" 2>/dev/null) ]] || { _apt_get update; break; }
  done
  if [[ " $* " == *' postgresql '* ]]; then
    # First the package that holds this setting, then the server, which reads it while it is configured.
    _apt_fetch_and_install postgresql-common
    _apt_replace "$APT_CLUSTER" 644 < <(sed '/^ *create_main_cluster/d' "$APT_CLUSTER" && printf '%s\ncreate_main_cluster = false\n' "$APT_MARK")
  fi
  _apt_fetch_and_install "$@"
}

# Package lists may name versions that the mirror no longer has: a second try after an update.
_apt_fetch_and_install() {
  if _apt_get install --no-install-recommends "$@"; then return 0; fi
  _apt_get update
  _apt_get install --no-install-recommends "$@"
}

_apt_get() { _as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 "$@"; }

_as_root() { if ((EUID == 0)); then "$@"; else sudo "$@"; fi; }

# _apt_replace FILE MODE: stdin in its place, after keeping what was there.
_apt_replace() {
  if [[ -e $1 ]] && ! grep -qF "$APT_MARK" "$1"; then _as_root cp -a "$1" "$APT_UNDO/"; fi
  cat >"$APT_UNDO/new"
  _as_root install -m "$2" "$APT_UNDO/new" "$1"
}

# Also called from dev's EXIT trap.
apt_put_back() {
  [[ -n $APT_UNDO ]] || return 0
  local file kept
  for file in "$APT_POLICY" "$APT_CLUSTER"; do
    kept=$APT_UNDO/$(basename "$file")
    if [[ -e $kept ]]; then _as_root cp -a "$kept" "$file"; fi
  done
  if grep -qsF "$APT_MARK" "$APT_POLICY"; then _as_root rm -f "$APT_POLICY"; fi
  if grep -qsF "$APT_MARK" "$APT_CLUSTER"; then _as_root sed -i "\\|^$APT_MARK|,+1d" "$APT_CLUSTER"; fi
  _as_root rm -rf "$APT_UNDO"
  APT_UNDO=''
}

_apt_unit_enabled() { [[ -e /etc/systemd/system/multi-user.target.wants/$1.service ]]; }

_apt_disable() {
  _apt_unit_enabled "$1" || return 0
  # It wants to believe that the package's own script calls it.
  _as_root env DPKG_MAINTSCRIPT_PACKAGE="$1" deb-systemd-helper disable "$1.service" >/dev/null || warn "could not disable $1.service"
}
