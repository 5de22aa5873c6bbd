#!/usr/bin/env bash
# The main job on the bundled articles, from nothing, then three questions to the warehouse.
set -euo pipefail
cd "$(dirname "$0")/.."
warehouse=data/demo.duckdb

bold() { printf '\n\033[1m%s\033[0m\n' "$*"; }
marsad() { .venv/bin/marsad "$@"; }

rm -f data/demo.duckdb data/demo.read.duckdb
bold '$' marsad run examples/articles --warehouse "$warehouse"
# One record is broken on purpose, and 1 means "done, with records in quarantine".
marsad run examples/articles --warehouse "$warehouse" || test $? -eq 1

for query in examples/queries/*.sql; do
  bold '$' marsad sql "$query" --warehouse "$warehouse"
  cat "$query"
  marsad sql "$query" --warehouse "$warehouse"
done
