#!/usr/bin/env bash
# Installs the Python SDKs that the tests use into .tools/python-sdks, once for each list of them. Where there is no
# Python, or no package can be had, it says so and the tests that need them are skipped, aloud.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup-venv.sh test/envoy/python/requirements.txt .tools/python-sdks ||
  echo "The Python SDKs cannot be installed; their tests will be skipped" >&2
