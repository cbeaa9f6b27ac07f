//! The steps of a plan as the statements that are sent.

use super::blocks;
use crate::catalog::Id;
use crate::hazard::Hazard;
use crate::kinds::{Company, Round, Sql, Verb};
use crate::plan::Plan;
use crate::script::Batches;
use crate::shape::Words;

/// One statement and all it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its text, without the closing semicolon.
    pub sql: String,
    /// What a reader would file it under.
    pub group: Id,
    /// The changes it makes.
    pub ids: Vec<(Verb, Id)>,
    /// What it risks.
    pub hazards: Vec<Hazard>,
    /// It runs in batches.
    pub batches: Option<Batches>,
    /// With which others it may share a transaction.
    pub company: Company,
    /// The transaction block that it stands in with its neighbours, where the file as a whole is none; counted from 0.
    pub block: Option<usize>,
}

impl Statement {
    /// Whether it stands in one transaction block with another.
    pub fn shares_block(&self, other: &Statement) -> bool {
        self.block.is_some() && self.block == other.block
    }
}

/// The statements of a plan: neighbouring clauses of one table become one `ALTER TABLE`.
pub fn statements(plan: &Plan) -> Vec<Statement> {
    let mut statements: Vec<Statement> = Vec::new();
    let mut open: Option<(&str, Option<Round>, Vec<&str>)> = None;
    let close = |open: &mut Option<(&str, Option<Round>, Vec<&str>)>, last: Option<&mut Statement>| {
        if let (Some((head, _, clauses)), Some(last)) = (open.take(), last) {
            last.sql = altered(head, &clauses);
        }
    };
    for planned in &plan.steps {
        let change = (planned.verb, planned.id.clone());
        let clause = match &planned.step.sql {
            Sql::Clause { head, clause } => Some((head.as_str(), clause.as_str())),
            Sql::Statement(_) => None,
        };
        // What may stand alone is a statement of its own wherever it stands, but for others of its round.
        let joins = planned.step.company == Company::Shared || planned.step.round.is_some();
        if let (Some((head, clause)), Some((open_head, round, clauses)), Some(last)) = (clause, &mut open, statements.last_mut())
            && head == *open_head
            && planned.step.round == *round
            && joins
            && may_join(clauses, clause)
        {
            clauses.push(clause);
            last.ids.push(change);
            last.hazards.extend(planned.step.hazards.iter().filter(|it| !last.hazards.contains(it)).cloned().collect::<Vec<_>>());
            continue;
        }
        close(&mut open, statements.last_mut());
        let sql = planned.step.sql.text();
        open = clause.filter(|_| joins).map(|(head, clause)| (head, planned.step.round, vec![clause]));
        statements.push(Statement {
            sql,
            group: planned.group.clone(),
            ids: vec![change],
            hazards: planned.step.hazards.clone(),
            batches: planned.step.batches.clone(),
            company: planned.step.company,
            block: None,
        });
    }
    close(&mut open, statements.last_mut());
    blocks::number(plan, &mut statements);
    statements
}

fn altered(head: &str, clauses: &[&str]) -> String {
    match clauses {
        [clause] => format!("{head} {clause}"),
        _ => format!("{head}\n    {}", clauses.join(",\n    ")),
    }
}

/// Whether `clause` may follow `clauses` inside one statement: `ALTER TABLE` runs its clauses pass by pass, drops first, whatever
/// their order (manual, ALTER TABLE; `AlterTablePass`), so only an order that the passes keep is the order that was planned.
fn may_join(clauses: &[&str], clause: &str) -> bool {
    let last = clauses.last().copied().unwrap_or_default();
    is_joinable(last) && is_joinable(clause) && pass(last) <= pass(clause) && !clauses.iter().any(|it| alters_new(it, clause))
}

/// Whether `clause` alters the column that `added` adds: in a partitioned table it is looked for before it is there.
fn alters_new(added: &str, clause: &str) -> bool {
    let (mut added, mut altered) = (Words::new(added), Words::new(clause));
    added.accept("ADD COLUMN") && altered.accept("ALTER COLUMN") && added.path() == altered.path()
}

/// These stand alone in their statement.
fn is_joinable(clause: &str) -> bool {
    let mut words = Words::new(clause);
    !["RENAME", "SET SCHEMA", "ATTACH PARTITION", "DETACH PARTITION"].iter().any(|it| words.accept(it))
}

fn pass(clause: &str) -> u8 {
    let mut words = Words::new(clause);
    if words.accept("DROP") {
        return 0;
    }
    if words.accept("ADD") {
        return if words.accept("CONSTRAINT") { 4 } else { 2 };
    }
    if words.accept("ALTER") {
        words.accept("COLUMN");
        words.path();
        return match () {
            () if words.accept("DROP") => 0,
            () if words.accept("TYPE") || words.accept("SET DATA TYPE") => 1,
            () if words.accept("SET NOT NULL") => 3,
            () => 4,
        };
    }
    4
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::Step;
    use crate::plan::Planned;

    fn plan(steps: &[(&str, &str)]) -> Plan {
        let planned = |(head, clause): &(&str, &str)| Planned {
            verb: Verb::Alter,
            id: Id::new("column", &["public", "t", clause]),
            group: Id::new("table", &["public", "t"]),
            step: if head.is_empty() { Step::new(*clause) } else { Step::clause(format!("ALTER TABLE {head}"), *clause) },
        };
        Plan { steps: steps.iter().map(planned).collect(), ..Plan::default() }
    }

    fn texts(steps: &[(&str, &str)]) -> Vec<String> {
        statements(&plan(steps)).into_iter().map(|it| it.sql).collect()
    }

    #[test]
    fn neighbouring_clauses_of_one_table_are_one_statement() {
        let steps = [
            ("t", "DROP COLUMN a"),
            ("t", "ADD COLUMN b int"),
            ("u", "ADD COLUMN c int"),
            ("", "SELECT 1"),
            ("u", "DROP COLUMN d"),
        ];
        let expected = [
            "ALTER TABLE t\n    DROP COLUMN a,\n    ADD COLUMN b int",
            "ALTER TABLE u ADD COLUMN c int",
            "SELECT 1",
            "ALTER TABLE u DROP COLUMN d",
        ];
        assert_eq!(texts(&steps), expected);
    }

    #[test]
    fn clauses_that_postgresql_would_run_in_another_order_are_not_merged() {
        let steps = [
            ("t", "ALTER COLUMN a SET NOT NULL"),
            ("t", "DROP CONSTRAINT not_null"),
            ("t", "RENAME COLUMN a TO b"),
            ("t", "ADD COLUMN c int"),
        ];
        assert_eq!(texts(&steps).len(), 4);
    }

    #[test]
    fn a_merged_statement_tells_every_change() {
        let merged = statements(&plan(&[("t", "DROP COLUMN a"), ("t", "DROP COLUMN b")]));
        assert_eq!(merged[0].ids.len(), 2);
    }
}
