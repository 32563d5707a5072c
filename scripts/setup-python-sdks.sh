#!/usr/bin/env bash
# Installs the Python SDKs that the tests use into .tools/python-sdks, once for each list of them. Where there is no
# Python, or no package can be had, it says so and the tests that need them are skipped, aloud.
set -euo pipefail
cd "$(dirname "$0")/.."

list=test/envoy/python/requirements.txt
venv=.tools/python-sdks
cmp -s "$list" "$venv/requirements.txt" && exit 0

echo "Installing Python SDKs into $venv" >&2
if python3 -m venv --clear "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$list" >&2; then
  cp "$list" "$venv/requirements.txt"
else
  echo "The Python SDKs cannot be installed; their tests will be skipped" >&2
fi
