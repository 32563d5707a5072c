#!/usr/bin/env bash
# Installs what `make bench-peers` measures beside Sallyport into .tools/peers, once for each list of it.
set -euo pipefail
cd "$(dirname "$0")/.."

list=bench/peers/requirements.txt
venv=.tools/peers
cmp -s "$list" "$venv/requirements.txt" && exit 0

echo "Installing peers into $venv" >&2
python3 -m venv --clear "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check -r "$list" >&2
cp "$list" "$venv/requirements.txt"
