#!/usr/bin/env bash
# Installs the Python packages of a list into a folder of their own, once for each content of the list.
# usage: setup-venv.sh LIST FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."

list=$1
venv=$2
cmp -s "$list" "$venv/requirements.txt" && exit 0

echo "Installing Python packages of $list into $venv" >&2
python3 -m venv --clear "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check -r "$list" >&2
cp "$list" "$venv/requirements.txt"
