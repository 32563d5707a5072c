#!/usr/bin/env bash
# Finds or installs a redis-server for the tests, which start servers of their own on free ports.
set -euo pipefail

missing() {
  echo "The tests need redis-server and redis-cli, 7.0 or newer: $1" >&2
  exit 1
}

found() { command -v redis-server >/dev/null && command -v redis-cli >/dev/null; }

if ! found; then
  command -v apt-get >/dev/null || missing "install them with this system's package manager"
  [ "$(id -u)" -eq 0 ] || missing "run: sudo apt-get install redis-server"
  echo "Installing redis-server" >&2
  # So that the package does not start a server of its own.
  export RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive
  apt-get install -y -qq --no-install-recommends redis-server >/dev/null 2>&1 ||
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends redis-server >/dev/null; } >&2
  found || missing "the package redis-server did not bring them"
fi

version=$(redis-server --version | sed -E 's/.* v=([0-9]+)\..*/\1/')
[ "$version" -ge 7 ] || missing "found version $version"
