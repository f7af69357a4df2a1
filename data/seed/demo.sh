#!/usr/bin/env bash
# The demo: a fictional business, filled through the protocol, with its portal open at the sign-in screen. `./dev demo` in a second
# terminal joins the running one as the other side. What this started ends when it is left.
set -euo pipefail
bin=$(cd "${POSTERN_BUILD:-$(dirname "$0")/../../build}/bin" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
home=${POSTERN_DEMO:-${TMPDIR:-/tmp}/postern-demo-$(id -u)}
url="ipc://$home/socket"
password='demo password'
hints="$home/accounts"
daemon=
case ${1:-} in
'' | --line) ;;
*)
  echo "usage: ./dev demo [--line]   --line: in lines, for screen readers and simple terminals" >&2
  exit 2
  ;;
esac

show_hints() {
  cat <<TXT
The demo's accounts; the password of all is: $password
  staff     ana@northwind.example    admin ada@northwind.example
  customer  maria@bodegasur.example  or jonas@koehler.example,
            ewa@wojcik.example, hanako@yamada.example
  cards     4242 4242 4242 4242 (4000 0000 0000 0002 fails)
            sandbox: no money moves
TXT
}

stop() {
  [ -z "$daemon" ] || { kill "$daemon" 2>/dev/null && wait "$daemon" 2>/dev/null; } || true
  [ -z "$daemon" ] || rm -rf "$home"
}

start() {
  rm -rf "$home"
  mkdir -m 700 "$home"
  trap stop EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  printf '%s\n' "$password" | "$bin/posternd" init --data "$home/data" --portal northwind --name "Northwind Paper Ltd" --currency EUR \
    --admin ada@northwind.example --admin-name "Ada Byrne" --time-zone Europe/Dublin 2>>"$home/log"
  "$bin/posternd" serve --data "$home/data" --listen "$url" --sandbox 2>>"$home/log" </dev/null &
  daemon=$!
  until grep -q msg=ready "$home/log"; do
    kill -0 "$daemon" 2>/dev/null || { cat "$home/log" >&2; exit 1; }
    sleep 0.02
  done
  show_hints >"$hints"
  POSTERN_URL=$url bash "$here/demo_fill.sh" "$bin/posternctl" "$home" "$password" || { tail -n 5 "$home/log" >&2; exit 1; }
}

"$bin/posternctl" --url "$url" system.health >/dev/null 2>&1 || start
if [ -t 0 ] && [ -t 1 ]; then
  "$bin/postern" --url "$url" --portal northwind --hint-file "$hints" "$@"
else
  show_hints
  echo "Connect with: $bin/postern --url $url --portal northwind --hint-file $hints"
  if [ -n "$daemon" ]; then
    echo "Running until it is interrupted."
    wait "$daemon"
  fi
fi
