//! What a migration asks of the application that runs against the schema.

use crate::hazard::Hazard;
use crate::lock::impact;
use crate::plan::Plan;
use crate::shape::Words;

use super::names::code;
use super::statements;

/// Every dependency on application code, as a sentence.
pub(super) fn dependencies(plan: &Plan) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    let mut tell = |text: String| {
        if !told.contains(&text) {
            told.push(text);
        }
    };
    for statement in statements(plan) {
        for hazard in &statement.hazards {
            if let Hazard::BreaksApplication(what) = hazard {
                tell(format!("Deploy first: {}", what.split_whitespace().collect::<Vec<_>>().join(" ")));
            }
        }
        demands(plan, &statement.sql).into_iter().for_each(&mut tell);
    }
    told
}

fn demands(plan: &Plan, sql: &str) -> Vec<String> {
    let mut words = Words::new(sql);
    if words.accept("ALTER TABLE") {
        while ["IF EXISTS", "ONLY"].iter().any(|it| words.accept(it)) {}
        let table = words.path().unwrap_or_default();
        if is_created(plan, table) {
            return Vec::new();
        }
        return words.clauses().iter().flat_map(|it| of_clause(&code(table), it)).collect();
    }
    if words.accept("ALTER TYPE") {
        let name = code(words.path().unwrap_or_default());
        if words.accept("ADD VALUE") {
            words.accept("IF NOT EXISTS");
            let label = code(words.next().unwrap_or_default());
            return vec![format!("Code that reads {name} must know the label {label} before any code writes it.")];
        }
        if words.accept("RENAME VALUE") {
            return vec![format!("Code that names labels of {name} must use the new label from this migration on.")];
        }
    }
    for what in ["TABLE", "VIEW", "MATERIALIZED VIEW"] {
        let mut words = Words::new(sql);
        if words.accept(&format!("DROP {what}")) {
            words.accept("IF EXISTS");
            let name = words.path().unwrap_or_default();
            return if is_created(plan, name) {
                Vec::new()
            } else {
                vec![format!("No code may use {} any more when this runs.", code(name))]
            };
        }
    }
    if words.accept("REVOKE") {
        return vec![format!("Roles lose a privilege: {}.", code(sql))];
    }
    Vec::new()
}

/// Whether the migration itself creates that relation, also again after a drop: then no code depends on it, or it comes back.
fn is_created(plan: &Plan, relation: &str) -> bool {
    statements(plan).iter().any(|it| impact(&it.sql).creates.as_deref() == Some(relation))
}

fn of_clause(table: &str, clause: &str) -> Vec<String> {
    let mut words = Words::new(clause);
    if words.accept("ADD COLUMN") {
        words.accept("IF NOT EXISTS");
        let name = code(words.path().unwrap_or_default());
        let filled = ["DEFAULT", "GENERATED", "AS IDENTITY", "serial", "bigserial"].iter().any(|it| words.contain(it));
        if words.contain("NOT NULL") && !filled {
            return vec![format!(
                "Every `INSERT` into {table} must give {name} a value; the migration fails when the table has rows."
            )];
        }
        return vec![format!("Sessions with a prepared `SELECT *` on {table} get one error (0A000) and must prepare it again.")];
    }
    if words.accept("DROP COLUMN") {
        words.accept("IF EXISTS");
        let name = code(words.path().unwrap_or_default());
        return vec![format!("No code may read or write column {name} of {table} any more when this runs.")];
    }
    if words.accept("RENAME COLUMN") {
        let name = code(words.path().unwrap_or_default());
        words.accept("TO");
        let new = code(words.path().unwrap_or_default());
        return vec![format!("Code that names column {name} of {table} must say {new} from this migration on.")];
    }
    if words.accept("RENAME TO") || words.accept("SET SCHEMA") {
        return vec![format!("Code that names {table} must use its new name from this migration on: {}.", code(clause))];
    }
    if words.accept("ALTER COLUMN")
        && let Some(name) = words.path().map(code)
    {
        if words.accept("SET NOT NULL") {
            return vec![format!(
                "No code may write `NULL` into column {name} of {table} any more; the migration fails on rows that have it."
            )];
        }
        if words.accept("TYPE") || words.accept("SET DATA TYPE") {
            return vec![format!(
                "Code must read and write column {name} of {table} in its new type; sessions with a prepared statement on it get one error (0A000)."
            )];
        }
    }
    if words.accept("ENABLE ROW LEVEL SECURITY") || words.accept("FORCE ROW LEVEL SECURITY") {
        return vec![format!("Roles see only the rows of {table} that its policies allow.")];
    }
    Vec::new()
}
