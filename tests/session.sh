#!/usr/bin/env bash
# Runs a command with folders, a keyring and (where DISPLAY is set) a window manager of its own.
# Call it inside `dbus-run-session`: the keyring answers on that session's bus, never on the developer's.
set -euo pipefail

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
  openbox &
  window_manager=$!
  for _ in $(seq 100); do
    xprop -root _NET_SUPPORTING_WM_CHECK 2>/dev/null | grep -q 'window id' && break
    sleep 0.1
  done
fi

"$@"
