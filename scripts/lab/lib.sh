# shellcheck shell=bash
# Shared by the scripts beside it; sourced, never run.

LAB_DIR=${HOLDFAST_LAB_DIR:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/holdfast-lab}
LAB_RUN=$LAB_DIR/run         # sockets, pid files, locks: worthless after a reboot
LAB_LOG=$LAB_DIR/log
LAB_SCRIPTS=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
CLONE=$(cd -- "$LAB_SCRIPTS/../.." && pwd -P)
# shellcheck source=scripts/debian.sh
. "$CLONE/scripts/debian.sh"

say() { printf 'lab: %s\n' "$*" >&2; }
die() {
  printf 'lab: %s\n' "$1" >&2
  shift
  local line
  for line in "$@"; do printf 'lab:   %s\n' "$line" >&2; done
  exit 1
}

lab_prepare() {
  mkdir -p "$LAB_DIR" "$LAB_RUN" "$LAB_LOG"
  # A Unix socket's path may have 107 bytes; containerd's is the longest one made below here.
  if [ "${#LAB_DIR}" -gt 60 ]; then
    die "the lab's folder has too long a path for Unix sockets: $LAB_DIR" \
      "set HOLDFAST_LAB_DIR to a path of 60 characters or less"
  fi
}

# Runs the rest of the script alone: a second caller waits for the first, then finds the work done.
lab_lock() {
  exec 9>"$LAB_RUN/$1.lock"
  flock -w "${2:-900}" 9 || die "another run has held the lock $LAB_RUN/$1.lock for ${2:-900} s" \
    "see what holds it: fuser -v $LAB_RUN/$1.lock"
}
lab_unlock() { exec 9>&-; }

# lab_alive PIDFILE PROGRAM: is it that program, rather than a stranger who got a dead process's id?
lab_alive() {
  local pid
  pid=$(cat "$1" 2>/dev/null) || return 1
  [ -n "$pid" ] && [ -d "/proc/$pid" ] || return 1
  tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q -- "$2"
}

# lab_stop PIDFILE PROGRAM [SECONDS]
lab_stop() {
  local pid i
  lab_alive "$1" "$2" || { rm -f "$1"; return 0; }
  pid=$(cat "$1")
  kill "$pid" 2>/dev/null || true
  for ((i = 0; i < ${3:-20} * 5; i++)); do
    [ -d "/proc/$pid" ] || { rm -f "$1"; return 0; }
    sleep 0.2
  done
  kill -9 "$pid" 2>/dev/null || true
  rm -f "$1"
}

# lab_daemon LOGFILE COMMAND...: in the background, free of our terminal, our lock and our standard streams.
lab_daemon() {
  local log=$1
  shift
  setsid "$@" >"$log" 2>&1 </dev/null 9>&- &
}

lab_need_root() {
  [ "$(id -u)" = 0 ] || die "$1 needs root" "${2:-run it as root, in a machine or VM that you can spare}"
}
