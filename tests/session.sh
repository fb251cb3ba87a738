#!/usr/bin/env bash
# Runs a command in a session of its own: a bus, folders, an unlocked keyring and (where DISPLAY is set) a window manager.
# The keyring answers on that session's bus, never on the developer's.
set -euo pipefail

if [ -z "${HAETAE_TEST_SESSION:-}" ]; then
  # The bus and the services it starts complain about everything a desktop would have; the command keeps its own standard error.
  exec 3>&2
  HAETAE_TEST_SESSION=1 exec dbus-run-session -- bash "$0" "$@" 2>/dev/null
fi
exec 2>&3 3>&-
unset HAETAE_TEST_SESSION

home=$(mktemp -d "${TMPDIR:-/tmp}/haetae-session.XXXXXX")
window_manager=
end() {
  [ -z "$window_manager" ] || kill "$window_manager" 2>/dev/null || true
  rm -rf "$home"
}
trap end EXIT

export XDG_DATA_HOME=$home/data XDG_CONFIG_HOME=$home/config XDG_STATE_HOME=$home/state XDG_RUNTIME_DIR=$home/run
mkdir -p "$XDG_DATA_HOME" "$XDG_CONFIG_HOME" "$XDG_STATE_HOME" "$XDG_RUNTIME_DIR"
chmod 700 "$XDG_RUNTIME_DIR"

# The first unlock creates the login keyring with this password. Standard output would be its environment, which nothing here needs.
printf 'test-password\n' | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null
export HAETAE_TEST_KEYRING=1

if [ -n "${DISPLAY:-}" ]; then
  openbox >/dev/null 2>&1 &
  window_manager=$!
  for _ in $(seq 100); do
    xprop -root _NET_SUPPORTING_WM_CHECK 2>/dev/null | grep -q 'window id' && break
    sleep 0.1
  done
fi

"$@"
