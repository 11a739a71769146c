#!/bin/sh
# Makes the project's own Python environment in .venv, once; later calls find it made.
# Usage: sh install/setup.sh [EXTRA]    (EXTRA: test, parquet, excel)
set -eu
cd "$(dirname "$0")/.."
extra=${1:-}

. ./install/python.sh

# The stamp names what the environment was made from: another project file makes it anew.
wanted="$(cat pyproject.toml install/constraints.txt | cksum)"
stamp=".venv/made-for-${extra:-use}"
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null; then
    exit 0
fi
if ! [ -w . ]; then
    echo "$PWD cannot be written, and .venv is made there: copy it to a folder of your own" >&2
    exit 1
fi
echo "setting up .venv with $python (once)" >&2
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    "$python" -m venv --clear .venv || {
        echo "Python's venv module is missing: on Debian, apt-get install python3-venv" >&2
        exit 1
    }
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --constraint install/constraints.txt --editable ".${extra:+[$extra]}"
echo "$wanted" >"$stamp"
