//! The only list of rules, in the order in which they are asked and listed.

use super::Level::{Error, Info, Warning};
use super::rule::Rule;
use super::{
    applications, column_types, columns, constraints, domains, drops, foreign_keys, indexes, keys, names, not_null, partitions,
    permissions, style, tables, transactions,
};

/// A rule whose page stands beside this file under its name.
macro_rules! rule {
    ($name:literal, $severity:expr, $check:expr, $summary:literal) => {
        Rule::new($name, $severity, $summary, include_str!(concat!("pages/", $name, ".md")), $check)
    };
}

/// The file is no SQL.
pub(super) const SYNTAX: Rule = rule!("syntax-error", Error, names::elsewhere, "The file is no SQL that PostgreSQL would read.");
/// A comment that allows nothing that there is.
pub(super) const BAD_ALLOW: Rule =
    rule!("bad-allow", Error, names::elsewhere, "A comment allows a rule that does not exist, or gives no reason.");
/// A comment that is not needed.
pub(super) const UNUSED_ALLOW: Rule = rule!("unused-allow", Warning, names::elsewhere, "A comment allows what is not there.");

/// Every rule.
pub const RULES: &[Rule] = &[
    // What a file is.
    SYNTAX,
    BAD_ALLOW,
    UNUSED_ALLOW,
    rule!("needs-newer-postgresql", Error, names::newer, "The statement asks for what the server's version lacks."),
    rule!("name-too-long", Warning, names::long, "A name is longer than 63 bytes and is cut."),
    rule!("dynamic-sql", Info, transactions::hidden, "A DO block changes things that no reader sees."),
    // Transactions and timeouts.
    rule!("needs-no-transaction", Error, transactions::needs_none, "A statement that cannot run inside a transaction."),
    rule!("transaction-control", Error, transactions::controlled, "BEGIN, COMMIT or SAVEPOINT where they do not belong."),
    rule!(
        "work-under-lock",
        Warning,
        transactions::under_lock,
        "Rows are changed while a lock of an earlier statement keeps clients out."
    ),
    rule!(
        "lock-upgrade",
        Warning,
        transactions::upgraded,
        "A transaction asks for a stronger lock on a table than it has: a deadlock with who reads and then writes."
    ),
    rule!(
        "lock-order",
        Warning,
        transactions::out_of_order,
        "A view is replaced after a table that it reads was locked: a deadlock with who reads the view."
    ),
    rule!("repeated-scan", Info, transactions::again, "Two statements each go through all of one table."),
    rule!(
        "timeout-kills-concurrent-build",
        Warning,
        transactions::killed,
        "lock_timeout or statement_timeout is set for a statement that waits by design."
    ),
    rule!("lock-timeout-missing", Warning, transactions::unlimited, "A strong lock is asked for without a limit to the wait.")
        .off(),
    rule!("not-rerunnable", Info, transactions::once, "A file that can stop half way cannot run again.").off(),
    rule!("comment-waits", Info, transactions::comment, "COMMENT waits behind VACUUM and index builds.").off(),
    // Indexes.
    rule!(
        "create-index-blocks-writes",
        Error,
        indexes::created,
        "CREATE INDEX without CONCURRENTLY keeps writers out while it builds."
    ),
    rule!("drop-index-blocks-table", Warning, indexes::dropped, "DROP INDEX without CONCURRENTLY locks the whole table."),
    rule!("reindex-blocks-table", Error, indexes::rebuilt, "REINDEX without CONCURRENTLY keeps clients out while it builds."),
    rule!(
        "concurrent-index-if-not-exists",
        Warning,
        indexes::perhaps_invalid,
        "IF NOT EXISTS takes an invalid index for a good one."
    ),
    rule!("concurrent-index-on-partitioned", Error, indexes::partitioned, "A partitioned table cannot be indexed concurrently."),
    rule!(
        "index-replaced-too-early",
        Warning,
        indexes::replaced,
        "An index is dropped before the one that takes its place is built."
    ),
    rule!(
        "expression-index-without-analyze",
        Info,
        indexes::without_statistics,
        "An index on an expression is not used well before ANALYZE."
    ),
    rule!("wide-index", Info, indexes::wide, "An index on more than three columns.").off(),
    rule!("hash-index", Info, indexes::hash, "A hash index.").off(),
    // Constraints.
    rule!(
        "foreign-key-validates",
        Error,
        constraints::foreign_key,
        "A foreign key checks every row while writers of both tables wait."
    ),
    rule!(
        "foreign-key-not-valid-on-partitioned",
        Error,
        constraints::not_valid_on_partitioned,
        "A partitioned table cannot have a NOT VALID foreign key."
    )
    .until(17),
    rule!("foreign-key-without-index", Warning, foreign_keys::unindexed, "No index serves a foreign key's own columns."),
    rule!("foreign-key-type-mismatch", Warning, foreign_keys::mismatched, "A foreign key joins columns of different types."),
    rule!("several-foreign-keys", Warning, foreign_keys::several, "One statement locks several tables in use."),
    rule!("check-validates", Error, constraints::check, "A check is checked against every row while clients wait."),
    rule!("validate-in-same-transaction", Error, constraints::validated, "NOT VALID and VALIDATE in one transaction."),
    rule!("unique-blocks-table", Error, constraints::unique, "UNIQUE builds its index while clients wait."),
    rule!("primary-key-blocks-table", Error, constraints::primary_key, "PRIMARY KEY builds its index while clients wait."),
    rule!("primary-key-on-nullable", Warning, keys::nullable, "A primary key over columns that may hold nulls."),
    rule!("primary-key-replaced", Warning, keys::replaced, "A table is without its primary key for a while."),
    rule!("integer-primary-key", Warning, keys::small, "A numbered key that ends at two billion."),
    rule!("exclusion-blocks-table", Error, constraints::exclusion, "EXCLUDE builds its index while clients wait."),
    rule!("enforced-later", Error, constraints::enforced, "Turning a constraint on checks every row while clients wait.")
        .since(18),
    rule!("set-not-null-scans", Error, not_null::set, "SET NOT NULL reads every row while clients wait."),
    rule!(
        "not-null-check-dropped-too-early",
        Error,
        not_null::dropped_first,
        "The check that would have spared the scan is dropped in the same statement."
    ),
    rule!(
        "domain-constraint-blocks",
        Error,
        domains::constrained,
        "A constraint of a domain is checked in every table that uses it."
    ),
    // Columns.
    rule!(
        "add-not-null-without-default",
        Error,
        not_null::without_default,
        "A required column without a value for the rows that are there."
    ),
    rule!("add-column-check-scans", Error, constraints::column_check, "A check behind a new column reads every row."),
    rule!("volatile-default", Error, columns::volatile, "A default that differs from row to row writes the table anew."),
    rule!("add-serial-or-identity", Error, columns::numbered, "A new numbered column writes the table anew."),
    rule!("stored-generated-rewrites", Error, columns::stored, "A stored generated column writes the table anew."),
    rule!(
        "constrained-domain-column",
        Error,
        columns::of_domain,
        "A new column of a domain with a constraint writes the table anew."
    ),
    rule!("virtual-column-limits", Error, columns::of_virtual, "What PostgreSQL refuses to do with a virtual column.").since(18),
    rule!("default-changed", Info, columns::new_default, "Rows get another value than the running application expects."),
    rule!("column-alignment", Info, columns::unaligned, "The order of the columns wastes space.").off(),
    // Types.
    rule!("type-change-rewrites", Error, column_types::rewrites, "A change of type writes table and indexes anew."),
    rule!(
        "type-change-rebuilds-index",
        Error,
        column_types::rebuilds,
        "A change of type leaves the rows, but not what is built on them."
    ),
    rule!("type-change-unknown", Warning, column_types::unknown, "A change of type that may write the table anew."),
    rule!(
        "type-change-locks-other-tables",
        Warning,
        column_types::joined,
        "A change of type locks the tables that a foreign key joins."
    ),
    rule!("type-change-loses-statistics", Info, column_types::forgets, "A change of type drops the column's statistics."),
    rule!(
        "serial-sequence-keeps-type",
        Warning,
        column_types::sequence,
        "The sequence of a serial column does not become wider with it."
    ),
    rule!("cached-plans", Info, column_types::prepared, "Prepared statements of running sessions fail.").off(),
    // The running application.
    rule!("rename-column", Error, applications::column, "A column is renamed under the running application.").forward_only(),
    rule!("rename-table", Error, applications::table, "A table or view is renamed or moved under the running application.")
        .forward_only(),
    rule!("rename-schema", Error, applications::schema, "A schema is renamed under the running application.").forward_only(),
    rule!("rename-enum-value", Error, applications::value, "A value is renamed under the running application.").forward_only(),
    rule!("renamed-aside-not-null", Error, applications::aside, "A required column is set aside, and nobody fills it.")
        .forward_only(),
    rule!("drop-column", Error, drops::column, "A column is dropped.").forward_only(),
    rule!("drop-table", Error, drops::table, "A table is dropped.").forward_only(),
    rule!("drop-column-drops-more", Warning, drops::more, "Keys, checks and indexes go with a column."),
    rule!("drop-locks-referenced", Warning, foreign_keys::dropped, "Dropping a foreign key locks the referenced table too."),
    rule!("sequence-position-lost", Warning, drops::sequence, "The position of a sequence is lost."),
    rule!("recreated-without-grants", Warning, drops::recreated, "A view or routine is made anew without its privileges."),
    rule!(
        "function-overloaded",
        Warning,
        permissions::overloaded,
        "A new argument makes a second function instead of changing the first."
    ),
    // Tables.
    rule!("truncate", Error, tables::emptied, "All rows of a table go."),
    rule!("vacuum-full", Error, tables::packed, "VACUUM FULL writes a table anew."),
    rule!("cluster", Error, tables::clustered, "CLUSTER writes a table anew."),
    rule!("refresh-blocks-reads", Error, tables::refreshed, "REFRESH without CONCURRENTLY keeps readers out."),
    rule!("table-copied", Error, tables::rewritten, "A setting copies the whole table."),
    rule!("trigger-locks", Info, tables::triggered, "A trigger comes to, or goes from, a table in use."),
    rule!("replica-identity", Warning, tables::identified, "What replication knows rows by."),
    rule!("autovacuum-off", Warning, tables::unvacuumed, "Autovacuum is turned off for a table."),
    // Partitions.
    rule!("create-partition-locks-parent", Warning, partitions::created, "PARTITION OF locks the whole partitioned table."),
    rule!("attach-partition-scans", Warning, partitions::attached_unchecked, "ATTACH reads every row of the new partition."),
    rule!(
        "attach-beside-default-scans",
        Warning,
        partitions::beside_default,
        "The default partition is read for rows of a new one."
    ),
    rule!(
        "attach-partition-locks-referenced",
        Warning,
        partitions::attached_with_keys,
        "ATTACH locks the tables that foreign keys point to."
    ),
    rule!(
        "detach-partition-blocks",
        Error,
        partitions::detached,
        "DETACH without CONCURRENTLY locks the whole partitioned table."
    ),
    rule!(
        "detach-beside-default",
        Error,
        partitions::detached_beside_default,
        "DETACH CONCURRENTLY fails beside a default partition."
    ),
    rule!("detach-leaves-check", Info, partitions::left_check, "DETACH CONCURRENTLY leaves a check behind."),
    // Types of values.
    rule!("enum-value-used-at-once", Error, domains::used_at_once, "A new enum value is used in the transaction that adds it."),
    rule!("enum-value-without-place", Info, domains::without_place, "A new enum value without BEFORE or AFTER.").off(),
    rule!("enum-created", Info, domains::new_enum, "A new enum type.").off(),
    // Permissions.
    rule!("owner-merges-grants", Info, permissions::owner, "A change of owner merges privileges for good."),
    rule!("revoke", Warning, permissions::revoked, "A right is taken from someone.").forward_only(),
    rule!("row-security-without-policy", Error, permissions::without_policy, "Row security without a policy hides every row."),
    rule!("policy-changed", Info, permissions::policy, "A policy comes, changes or goes."),
    rule!("extension-update", Warning, permissions::extension, "An extension is updated."),
    // Style.
    rule!("char-type", Info, style::char, "A column of type char(n).").off(),
    rule!("varchar-limit", Info, style::varchar, "A column of type varchar(n).").off(),
    rule!("timestamp-type", Info, style::timestamp, "A column of type timestamp without time zone.").off(),
    rule!("serial-type", Info, style::serial, "A column of type serial.").off(),
    rule!("json-type", Info, style::json, "A column of type json.").off(),
];

/// The rule of that name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|it| it.name == name)
}
