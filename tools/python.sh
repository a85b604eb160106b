#!/usr/bin/env bash
# This machine -> the command of a Python that Drillbook runs on, with venv; or one line that says the cure.
set -euo pipefail

fail() {
    echo "error: $1" >&2
    exit 1
}

[ "$(uname -s)" = Linux ] || fail "Drillbook's labs and supervisor need Linux; this is $(uname -s)"

candidates="${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}"
found=""
for candidate in $candidates; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        found="$candidate"
        break
    fi
done
[ -n "$found" ] || fail "no Python 3.11 or newer (tried: $candidates); apt-get install python3 on Debian 12 or Ubuntu 24.04, or make PYTHON=/path/to/python3"

has_venv() { "$found" -c 'import ensurepip, venv' 2>/dev/null; }
if ! has_venv && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing python3-venv" >&2
    { apt-get install --yes --no-install-recommends python3-venv ||
        { apt-get update && apt-get install --yes --no-install-recommends python3-venv; }; } >&2 </dev/null || true
fi
has_venv || fail "$found has no venv; apt-get install python3-venv (as root)"
echo "$found"
