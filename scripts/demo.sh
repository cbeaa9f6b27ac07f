#!/usr/bin/env bash
# Shows what schemagen does: takes the example project, makes an edit, writes the migration. Needs no database.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"

"$root/scripts/setup.sh"
cargo build --quiet --manifest-path "$root/Cargo.toml"
schemagen="${CARGO_TARGET_DIR:-$root/target}/debug/schemagen"

project="$(mktemp -d)"
trap 'rm -rf "$project"' EXIT
cp -R "$root/example/." "$project"
cd "$project"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
show() { say "── $1"; cat "$1"; }

say "1. The project as it is becomes migration 001 (no database: what migrations/ gives is the current state)"
"$schemagen" --database-url "" diff --name initial_schema

say "2. An edit: orders get a status and an index, the view shows it"
cat >schema/order_status.sql <<'SQL'
CREATE TYPE order_status AS ENUM ('new', 'paid', 'shipped');
SQL
cat >schema/orders.sql <<'SQL'
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    total numeric(10, 2) NOT NULL CHECK (total >= 0),
    status order_status NOT NULL DEFAULT 'new',
    placed_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX orders_customer_id_idx ON orders (customer_id);
CREATE INDEX orders_status_idx ON orders (status) WHERE status <> 'shipped';
SQL
cat >schema/open_orders.sql <<'SQL'
CREATE VIEW open_orders AS
SELECT o.id, o.status, c.name AS customer, o.total
  FROM orders o JOIN customers c ON c.id = o.customer_id
 WHERE o.status <> 'shipped';
SQL
diff -ru "$root/example/schema" schema || true

say "3. schemagen diff writes the next migration, its rollback and its log, after proving both on a clone"
"$schemagen" --database-url "" diff

for file in migrations/002_*.sql migrations/rollbacks/002_rollback.sql migrations/logs/002_*.md; do
    show "$file"
done
