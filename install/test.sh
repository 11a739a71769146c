#!/bin/sh
# Everything that must hold before a change is kept: style, types, tests.
# With XLFUNCS_REQUIRE_HOSTS=1 a missing spreadsheet program is a failure, not a skip.
set -eu
cd "$(dirname "$0")/.."
sh install/setup.sh test
PATH="$PWD/.venv/bin:$PATH"

ruff check .
ruff format --check .
mypy
python -m pytest "$@"
