#!/usr/bin/env bash
# This machine -> a Python with ClickHouse's engine (chdb-core, 0.6 GB) in .tools/chdb, for the tests of SQL steps on today's
# ClickHouse. Quick when it is there; where it cannot be had, those tests are skipped and say so.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x .tools/chdb/bin/python ] && exit 0
"$(tools/python.sh)" -m venv .tools/chdb
if ! .tools/chdb/bin/python -m pip install --quiet --disable-pip-version-check --no-deps chdb-core==26.9.0; then
    rm -rf .tools/chdb
    echo "chdb-core cannot be installed here; the tests of SQL steps on today's ClickHouse are skipped" >&2
fi
