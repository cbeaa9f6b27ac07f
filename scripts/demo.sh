#!/usr/bin/env bash
# Shows what schemagen does: takes the project in schema/ and migrations/, makes an edit, writes the migration. Needs no database.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"

"$root/scripts/setup.sh"
cargo build --quiet --manifest-path "$root/Cargo.toml"
schemagen="${CARGO_TARGET_DIR:-$root/target}/debug/schemagen"

project="$(mktemp -d)"
trap 'rm -rf "$project"' EXIT
cp -R "$root/schema" "$root/migrations" "$project"
cd "$project"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
edit() { "$@" >edited && mv edited "${!#}"; }

say "1. A project: schema/ says what the schema is, migrations/ how it came to be"
ls schema migrations

say "2. An edit: devices get a warranty date with an index, the view of batches shows it"
edit awk '{ print } /^    location text,$/ { print "    warranty_until date," }' schema/devices.sql
printf '\nCREATE INDEX devices_warranty_until_idx ON devices (warranty_until);\n' >>schema/devices.sql
edit sed 's/ AS active$/ AS active, min(d.warranty_until) AS first_warranty_end/' schema/batches.sql
diff -ru "$root/schema" schema || true

say "3. schemagen diff writes the next migration, its rollback and its log, after proving both on a clone"
"$schemagen" --database-url "" diff

for file in migrations/005_*.sql migrations/rollbacks/005_rollback.sql migrations/logs/005_*.md; do
    say "$file"
    cat "$file"
done
