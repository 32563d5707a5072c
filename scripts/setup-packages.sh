#!/usr/bin/env bash
# Installs exactly what the lock file names; does nothing where that was done for this very lock file.
set -euo pipefail
cd "$(dirname "$0")/.."

# A copy, compared by content: a checkout changes times without changing the file.
installed=.tools/installed/package-lock.json

[ -d node_modules ] && cmp -s package-lock.json "$installed" && exit 0

echo "Installing packages" >&2
npm ci --ignore-scripts --loglevel=error >&2
mkdir -p "$(dirname "$installed")"
cp package-lock.json "$installed"
