//! What a migration asks of the application that runs against the schema.
//!
//! The hazards of the steps say what only a kind can know; the rest is in the shape of the statements.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::Id;
use crate::hazard::Hazard;
use crate::kinds::{Sql, Verb};
use crate::lock::told;
use crate::plan::Plan;
use crate::shape::Words;
use crate::sql;

use super::names::{code, named};
use super::rename::{Rename, rename};
use super::{Statement, statements};

/// One dependency on application code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Demand {
    /// Whether the migration must wait until that code is deployed.
    pub(super) waits: bool,
    /// A sentence.
    pub(super) text: String,
}

/// The migration waits for code that no longer needs what goes.
fn wait(text: String) -> Vec<Demand> {
    vec![Demand { waits: true, text }]
}

/// Code must know, but nothing waits.
fn know(text: String) -> Vec<Demand> {
    vec![Demand { waits: false, text }]
}

/// Every dependency of the migration `plan` on application code; `back` is its rollback.
pub(super) fn demands(plan: &Plan, back: &Plan) -> Vec<Demand> {
    let statements = statements(plan);
    let created: BTreeSet<String> = statements.iter().filter_map(|it| told(&it.sql).creates).collect();
    let mut told: Vec<Demand> = Vec::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut tell = |demand: Demand| {
        if known.insert(demand.text.clone()) {
            told.push(demand);
        }
    };
    let aside = asides(&statements);
    for statement in &statements {
        let renamed = rename(&statement.sql);
        if renamed.as_ref().is_some_and(|it| is_taken_over(it, &statements)) {
            continue;
        }
        if let Some(it) = renamed.as_ref().filter(|it| aside.iter().any(|other| it.old == other.old || it.takes(other))) {
            let of = it.of.map_or(String::new(), |it| format!(" of {}", code(it)));
            let text = format!(
                "The {} {}{of} is another one from this migration on: no code may need what it was.",
                it.word(),
                code(it.old)
            );
            wait(text).into_iter().filter(|_| it.demand().is_some() && aside.contains(it)).for_each(&mut tell);
            continue;
        }
        if let Some(it) = renamed.as_ref().filter(|it| has_stand_in(it, &statements)) {
            let text = format!(
                "The table {} has another name from this migration on; a view stands under the old one for code that still uses it.",
                code(it.old)
            );
            know(text).into_iter().for_each(&mut tell);
            continue;
        }
        for hazard in &statement.hazards {
            if let Hazard::BreaksApplication(what) = hazard {
                let what = what.split_whitespace().collect::<Vec<_>>().join(" ");
                tell(Demand { waits: true, text: format!("From this migration on: {what}.") });
            }
        }
        let of_aside = |demand: &Demand| {
            aside
                .iter()
                .any(|it| it.of.is_some_and(|of| demand.text.contains(&format!("column {} of {}", code(it.new), code(of)))))
        };
        of_statement(plan, &created, statement).into_iter().filter(|it| !of_aside(it)).for_each(&mut tell);
    }
    for id in changed_by_rebuild(plan, back) {
        let text =
            format!("{} is dropped and created anew, and differs: no code may need what it no longer has.", code(&named(id)));
        wait(text).into_iter().for_each(&mut tell);
    }
    told
}

/// What gives its name to another: first it is renamed itself.
fn asides(statements: &[Statement]) -> Vec<Rename<'_>> {
    let renames: Vec<Rename<'_>> = statements.iter().filter_map(|it| rename(&it.sql)).collect();
    renames.iter().filter(|it| renames.iter().any(|other| other.takes(it))).cloned().collect()
}

/// Whether a sequence steps aside for one that goes on under its name where it stood.
fn is_taken_over(sequence: &Rename<'_>, statements: &[Statement]) -> bool {
    let position = format!("SELECT pg_catalog.setval({},", sql::literal(sequence.old));
    sequence.what == "SEQUENCE" && statements.iter().any(|it| it.sql.starts_with(&position))
}

/// Whether a view of the table under its new name comes under the old one.
fn has_stand_in(table: &Rename<'_>, statements: &[Statement]) -> bool {
    let is_stand_in = |sql: &str| {
        let mut words = Words::new(sql);
        words.accept("CREATE VIEW") && words.path() == Some(table.old) && {
            let of = words.after("FROM").and_then(|mut it| it.path());
            let moved = |it: &str| it.strip_prefix(table.new).is_some_and(|it| it.starts_with('.'));
            of.is_some_and(|it| if table.moves { moved(it) } else { it.rsplit('.').next() == Some(table.new) })
        }
    };
    table.what == "TABLE" && statements.iter().any(|it| is_stand_in(&it.sql))
}

/// What is rebuilt for its own sake, not for that of something it needs: it comes back in other words by the rollback.
fn changed_by_rebuild<'a>(plan: &'a Plan, back: &Plan) -> Vec<&'a Id> {
    let alone: BTreeSet<&Id> = plan.steps.iter().filter(|it| it.id == it.group).map(|it| &it.id).collect();
    let (created, created_back) = (created(plan), created(back));
    // A type whose values are carried over is altered by making it anew.
    let is_anew = |id: &Id, verb: &Verb| *verb == Verb::Rebuild || *verb == Verb::Alter && created.contains_key(id);
    let rebuilt = plan.changes.iter().filter(|it| is_anew(it.0, it.1)).map(|it| it.0);
    rebuilt.filter(|it| alone.contains(it) && created.get(it) != created_back.get(it)).collect()
}

/// The statements that create each object.
fn created(plan: &Plan) -> BTreeMap<&Id, Vec<&Sql>> {
    let mut created: BTreeMap<&Id, Vec<&Sql>> = BTreeMap::new();
    for step in plan.steps.iter().filter(|it| it.verb == Verb::Create) {
        created.entry(&step.id).or_default().push(&step.step.sql);
    }
    created
}

fn of_statement(plan: &Plan, created: &BTreeSet<String>, statement: &Statement) -> Vec<Demand> {
    let sql = &statement.sql;
    // A type that steps aside for its successor is dropped in the end.
    if let Some(it) = rename(sql).filter(|_| statement.ids.iter().all(|it| it.0 == Verb::Alter)) {
        return it.demand().map_or(Vec::new(), wait);
    }
    let mut words = Words::new(sql);
    if words.accept("ALTER TABLE") {
        while ["IF EXISTS", "ONLY"].iter().any(|it| words.accept(it)) {}
        let named = words.path().unwrap_or_default().to_owned();
        // A part of a table may come to it with a parent that is there for the time being.
        let part = statement.ids.iter().find(|it| it.1.path.len() == 3 && created.contains(&named));
        let table = part.map_or(named, |it| sql::path(&it.1.path[..2]));
        if created.contains(&table) {
            return Vec::new(); // no code depends on what the migration itself creates
        }
        return words.clauses().iter().flat_map(|it| of_clause(&code(&table), it, &statement.hazards)).collect();
    }
    if words.accept("ALTER TYPE") {
        let name = code(words.path().unwrap_or_default());
        if words.accept("ADD VALUE") {
            words.accept("IF NOT EXISTS");
            let label = code(words.next().unwrap_or_default());
            return know(format!("Code that reads {name} must know the label {label} before any code writes it."));
        }
    }
    let is_told = statement.hazards.iter().any(|it| matches!(it, Hazard::BreaksApplication(_)));
    if !is_told
        && statement.ids.iter().any(|(_, id)| plan.changes.get(id) == Some(&Verb::Drop))
        && let Some(name) = dropped(sql)
    {
        return wait(format!("No code may use {} any more when this runs.", code(name)));
    }
    Vec::new()
}

/// What code may use by name, when `sql` drops it.
fn dropped(sql: &str) -> Option<&str> {
    let mut words = Words::new(sql);
    let kinds = [
        "TABLE",
        "FOREIGN TABLE",
        "VIEW",
        "MATERIALIZED VIEW",
        "SEQUENCE",
        "FUNCTION",
        "PROCEDURE",
        "AGGREGATE",
        "TYPE",
        "DOMAIN",
    ];
    if !words.accept("DROP") || !kinds.iter().any(|it| words.accept(it)) {
        return None;
    }
    words.accept("IF EXISTS");
    // What keeps a column and its successor in step is called by a trigger only.
    let is_ours = words.rest().contains("schemagen_") && words.rest().ends_with("()");
    (!is_ours).then(|| words.rest())
}

fn of_clause(table: &str, clause: &str, hazards: &[Hazard]) -> Vec<Demand> {
    let mut words = Words::new(clause);
    if words.accept("ADD COLUMN") {
        words.accept("IF NOT EXISTS");
        let name = code(words.path().unwrap_or_default());
        let filled = ["DEFAULT", "GENERATED", "AS IDENTITY", "serial", "bigserial"].iter().any(|it| words.contain(it));
        if words.contain("NOT NULL") && !filled {
            return wait(format!(
                "Every `INSERT` into {table} must give {name} a value; the migration fails when the table has rows."
            ));
        }
        return know(format!("Sessions with a prepared `SELECT *` on {table} get one error (0A000) and must prepare it again."));
    }
    if words.accept("DROP COLUMN") {
        words.accept("IF EXISTS");
        let name = code(words.path().unwrap_or_default());
        return wait(format!("No code may read or write column {name} of {table} any more when this runs."));
    }
    if words.accept("ALTER COLUMN")
        && let Some(name) = words.path().map(code)
        && (words.accept("TYPE") || words.accept("SET DATA TYPE"))
    {
        let waits = hazards.iter().any(|it| matches!(it, Hazard::Rewrites(_) | Hazard::Converts(_)));
        let text =
            format!("Column {name} of {table} has another type; sessions with a prepared statement on it get one error (0A000).");
        return vec![Demand { waits, text }];
    }
    if words.accept("ENABLE ROW LEVEL SECURITY") || words.accept("FORCE ROW LEVEL SECURITY") {
        return wait(format!("From this migration on roles read and write only the rows of {table} that its policies allow."));
    }
    if words.accept("DISABLE ROW LEVEL SECURITY") || words.accept("NO FORCE ROW LEVEL SECURITY") {
        return know(format!("Roles see rows of {table} that its policies kept from them."));
    }
    Vec::new()
}
