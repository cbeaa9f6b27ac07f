#!/usr/bin/env bash
# Builds and runs all tests. They need no database: a throw-away PostgreSQL is started, and fetched once if none is installed.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh
cargo test "$@"
