# Sourced by the benchmarks: a server of its own in $work, stopped and removed at the end.
#
# Wants $bin (initdb, postgres, psql); gives $work, $schemagen, psql and PG* variables. Needs a built schemagen: target/release, or
# SCHEMAGEN.
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
schemagen="${SCHEMAGEN:-${CARGO_TARGET_DIR:-$root/target}/release/schemagen}"
export SCHEMAGEN_PG_BIN_DIR="$bin" PGOPTIONS="--client-min-messages=warning"

work="$(mktemp -d /tmp/sg-bench-XXXX)"
chmod 755 "$work"
as=()
if [ "$(id -u)" = 0 ]; then
    as=(runuser -u nobody --)
    mkdir "$work/server" && chown nobody "$work/server"
else
    mkdir "$work/server"
fi
trap '"${as[@]}" "$bin/pg_ctl" -D "$work/server/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
"${as[@]}" "$bin/initdb" -D "$work/server/data" -U postgres -A trust --no-sync >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$work/server/data" -w -l "$work/server/log" \
    -o "-k $work/server -c listen_addresses='' -c fsync=off -c max_wal_size=4GB -c shared_buffers=512MB" start >/dev/null
export PGHOST="$work/server" PGUSER=postgres

psql() { "$bin/psql" -qX -v ON_ERROR_STOP=1 "$@"; }
