#!/bin/sh
# Set-up. When all is there it only compares a few files; else it finds a Python and hands over to setup.py.
# Usage: scripts/setup.sh build|test
set -eu
level=${1:-build}
cd "$(dirname "$0")/.."

# A stamp is a copy of what it was made from, written last. setup.py writes them.
current() { cmp -s "$1" "$2" 2>/dev/null; }
if [ "$level" = test ]; then lock=requirements-test.txt; else lock=requirements.txt; fi
if [ -x .venv/bin/python ] && [ ! -e .venv/.unfinished ] &&
    current "$lock" ".venv/.stamp-$level" &&
    current package-lock.json "node_modules/.stamp-$level" &&
    current handbill/tools/programs.py ".venv/.stamp-programs-$level"; then
    exit 0
fi

# New enough, and able to make a virtual environment (Debian keeps that in a package of its own).
suits() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
find_python() {
    for python in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if suits "$python"; then return 0; fi
    done
    return 1
}
if ! find_python && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Python ..." >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get -qq update && apt-get -qq install --no-install-recommends -y python3 python3-venv; } >/dev/null </dev/null || true
fi
if ! find_python; then
    cat >&2 <<'END'
Handbill needs Python 3.11 or newer, with its venv module, and did not find it.
  On Debian 12, Ubuntu 24.04 or newer: sudo apt-get install python3-venv
  On Fedora: sudo dnf install python3
  On macOS: brew install python@3.13
If it is there under another name, say so: make setup PYTHON=/path/to/python3.
END
    exit 3
fi
exec "$python" scripts/setup.py "$level"
