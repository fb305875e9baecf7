# shellcheck shell=bash
# Words the scripts of this folder share. Sourcing it starts nothing.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck disable=SC2034  # used by the scripts that source this file
nats_server="$root/target/tools/nats/bin/nats-server"
# shellcheck disable=SC2034  # as above
lint_tools="$root/target/tools/lint"
# shellcheck disable=SC2034  # as above
promtool="$lint_tools/prometheus/usr/bin/promtool"
results=()
failures=0

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# wait_until SECONDS COMMAND…: polls until the command succeeds; fails when the time is over.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.05
  done
}

# A loopback port that nobody listens on, below the range the kernel gives to outgoing
# connections. Somebody may still take it first, so callers try again with another.
free_port() {
  local port
  while port=$((20000 + SRANDOM % 12000)); do
    listens "$port" || break
  done
  echo "$port"
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# http_ok PORT PATH: does a GET answer 200?
http_ok() {
  local status=
  {
    printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1:%s\r\n\r\n' "$2" "$1" >&3
    read -r -t 5 _ status _ <&3
  } 2>/dev/null 3<>"/dev/tcp/127.0.0.1/$1" || true
  [[ $status == 200 ]]
}

# The newest installed Postgres; its programs are not on the PATH in Debian.
postgres_bin() {
  local newest
  newest=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1) || true
  [[ -n $newest ]] && dirname "$newest"
}

# Where a program is that lies beyond an ordinary user's PATH in Debian.
program() { PATH=$PATH:/usr/sbin:/sbin command -v "$1"; }

# step TITLE COMMAND…: runs it with its output visible and notes the outcome for `summary`.
step() {
  local title=$1 started=$SECONDS outcome=ok
  shift
  printf '\n=== %s\n' "$title"
  "$@" || outcome="FAILED ($?)"
  [[ $outcome == ok ]] || failures=$((failures + 1))
  results+=("$(printf '%-32s %5d s  %s' "$title" $((SECONDS - started)) "$outcome")")
}

# Prints what every step came to; fails when one of them did.
summary() {
  printf '\n=== summary\n'
  printf '%s\n' "${results[@]}"
  ((failures == 0))
}
