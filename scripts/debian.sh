# shellcheck shell=bash
# Debian's packages for the scripts of this folder; sourced, never run.
# No address is written down here: it is read from the apt configuration of the machine.

deb_say() { printf '%s\n' "$*" >&2; }

deb_is_debian() { [ -r /etc/os-release ] && grep -qE '^ID=debian$' /etc/os-release && command -v apt-get >/dev/null; }

# The mirror that this system installs Debian's main archive from.
deb_mirror() {
  local uri
  if [ -n "${HOLDFAST_DEBIAN_MIRROR:-}" ]; then printf '%s\n' "$HOLDFAST_DEBIAN_MIRROR"; return; fi
  deb_is_debian || return 1
  # Debian's own signature keys mark its archive among third-party ones; the security archive has other suites.
  # shellcheck disable=SC2016 # for apt to expand
  uri=$(apt-get indextargets --no-release-info --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' 2>/dev/null |
    grep -E '/debian/?$' | head -n 1) || true
  [ -n "$uri" ] || return 1
  printf '%s\n' "${uri%/}"
}

DEB_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# deb_install PACKAGE...: with services kept from starting, and the system's own policy put back.
deb_install() {
  local missing=() package policy=/usr/sbin/policy-rc.d ours='' i rc=0 lock log
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null ||
    { deb_say "Needed but not installed: ${missing[*]} (names of Debian's packages). Install them and run this again."; return 1; }
  [ "$(id -u)" = 0 ] ||
    { deb_say "Needed but not installed: ${missing[*]}. Run: sudo apt-get install ${missing[*]}"; return 1; }
  # One at a time: whoever is first would take the policy away from under the second.
  exec {lock}>/run/holdfast-apt.lock
  command -v flock >/dev/null && flock -w 900 "$lock"
  log=$(mktemp)
  deb_say "installing ${missing[*]} (apt)"
  if [ ! -e "$policy" ]; then
    ours=1
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
  fi
  for ((i = 1; i <= 3; i++)); do
    rc=0
    DEBIAN_FRONTEND=noninteractive apt-get -y -qq -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 \
      install --no-install-recommends "${missing[@]}" </dev/null >"$log" 2>&1 || rc=$?
    [ "$rc" != 0 ] || break
    # Most often the package lists are missing or old, or another apt holds their lock.
    apt-get -qq update </dev/null >>"$log" 2>&1 || sleep 5
  done
  [ -z "$ours" ] || rm -f "$policy"
  # The packages enable their services for the next boot; the lab starts what it needs by itself.
  if [ "$rc" = 0 ] && [ -d /run/systemd/system ]; then
    dpkg -L "${missing[@]}" | sed -nE 's|.*/systemd/system/([^/@]+\.(service\|socket\|target))$|\1|p' |
      xargs -r systemctl disable --quiet 2>/dev/null || true
  fi
  if [ "$rc" != 0 ]; then
    tail -n 20 "$log" >&2
    deb_say "apt could not install ${missing[*]}; the lines above are its own."
  fi
  rm -f "$log"
  exec {lock}>&-
  return "$rc"
}

# deb_fetch SUITE DIRECTORY PACKAGE...: downloads packages of another suite, their signature checked by apt itself, with
# lists and caches of our own: the system's apt state is not touched, and no root is needed. Prints the files' paths.
deb_fetch() (
  suite=$1
  mirror=$(deb_mirror) || { deb_say "no Debian mirror in this system's apt configuration"; return 1; }
  [ -r "$DEB_KEYRING" ] || { deb_say "no $DEB_KEYRING (package debian-archive-keyring)"; return 1; }
  mkdir -p "$2"
  dir=$(cd -- "$2" && pwd -P)
  shift 2
  mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
  printf 'deb [signed-by=%s] %s %s main\n' "$DEB_KEYRING" "$mirror" "$suite" >"$dir/sources.list"
  options=(-q -o "Dir::Etc::sourcelist=$dir/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$dir/lists" -o "Dir::Cache=$dir/cache" -o Dir::Etc::preferences=/dev/null
    -o Dir::Etc::preferencesparts=/dev/null -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=3
    -o APT::Update::Error-Mode=any -o Acquire::AllowInsecureRepositories=false -o APT::Get::AllowUnauthenticated=false)
  if ! { apt-get "${options[@]}" update &&
    cd "$dir" && rm -f -- ./*.deb && apt-get "${options[@]}" download "$@"; } >"$dir/log" 2>&1 </dev/null; then
    grep -E '^(E|W|Err)' "$dir/log" | tail -n 5 >&2
    return 1
  fi
  printf '%s\n' "$dir"/*.deb
)
