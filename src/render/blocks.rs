//! What is committed together in a file that is not one transaction: neighbours between which the schema would not be what it was, nor
//! what it will be.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Statement;
use crate::catalog::Id;
use crate::kinds::{Company, Verb};
use crate::plan::Plan;
use crate::shape::{self, Words};

/// Gives each statement the number of the transaction block that it stands in, counted from 0, where it stands in one.
pub(super) fn number(plan: &Plan, statements: &mut [Statement]) {
    if plan.is_transactional() {
        return;
    }
    for (number, block) in blocks(plan, statements).into_iter().enumerate() {
        statements[block].iter_mut().for_each(|it| it.block = Some(number));
    }
}

/// From the first statement that shares a transaction to the last, up to one that does not.
fn blocks(plan: &Plan, statements: &[Statement]) -> Vec<Range<usize>> {
    let mut blocks: Vec<Range<usize>> = Vec::new();
    let mut open: Option<Range<usize>> = None;
    let mut gone: BTreeSet<&Id> = BTreeSet::new();
    for (place, statement) in statements.iter().enumerate() {
        if is_apart(statement, !gone.is_empty()) {
            blocks.extend(open.take());
            gone.clear();
        } else if statement.company == Company::Shared {
            open = Some(open.map_or(place, |it| it.start)..place + 1);
        }
        for (verb, id) in statement.ids.iter().filter(|it| plan.changes.get(&it.1) == Some(&Verb::Rebuild)) {
            if *verb == Verb::Drop {
                gone.insert(id)
            } else {
                gone.remove(id)
            };
        }
    }
    blocks.extend(open);
    blocks.retain(|it| it.len() > 1);
    blocks
}

/// Whether a statement is committed by itself. Rows that take long to write would keep others waiting for the locks of what went before,
/// unless they would miss what is gone meanwhile; a label of an enum can be used only after its commit.
fn is_apart(statement: &Statement, is_missing: bool) -> bool {
    let starts = |text: &str| Words::new(&statement.sql).accept(text);
    let adds_label = starts("ALTER TYPE") && Words::new(&statement.sql).contain("ADD VALUE");
    statement.company == Company::Alone || adds_label || shape::writes_rows(&statement.sql) && !is_missing
}

#[cfg(test)]
mod tests {
    use super::super::statements;
    use super::*;
    use crate::kinds::Step;
    use crate::plan::Planned;

    /// Steps as `verb name: SQL`; `!` before the SQL makes them stand alone, `~` anywhere.
    fn block_of(steps: &[&str], rebuilt: &[&str]) -> Vec<Option<usize>> {
        let id = |name: &str| Id::new("view", &["public", name]);
        let planned = |it: &&str| {
            let (head, sql) = it.split_once(": ").unwrap();
            let (verb, name) = head.split_once(' ').unwrap();
            let verb = if verb == "drop" { Verb::Drop } else { Verb::Create };
            let step = match (sql.strip_prefix('!'), sql.strip_prefix('~')) {
                (Some(sql), _) => Step::new(sql).alone(),
                (_, Some(sql)) => Step::new(sql).anywhere(),
                _ => Step::new(sql),
            };
            Planned { verb, id: id(name), group: id(name), step }
        };
        let changes = rebuilt.iter().map(|it| (id(it), Verb::Rebuild)).collect();
        let plan = Plan { steps: steps.iter().map(planned).collect(), changes, ..Plan::default() };
        statements(&plan).into_iter().map(|it| it.block).collect()
    }

    #[test]
    fn neighbours_that_share_a_transaction_are_a_block() {
        let steps = ["drop a: ~X", "drop v: DROP", "drop b: ~Y", "create v: CREATE", "drop i: !Z", "create w: CREATE"];
        assert_eq!(block_of(&steps, &[]), [None, Some(0), Some(0), Some(0), None, None]);
        assert_eq!(block_of(&["drop v: DROP", "create v: CREATE"], &[]), [None, None], "the file is one transaction");
    }

    #[test]
    fn rows_are_written_between_blocks_unless_something_is_gone_meanwhile() {
        let steps = ["create a: A", "create b: B", "create c: UPDATE c", "drop v: C", "create v: D", "drop i: !Z"];
        assert_eq!(block_of(&steps, &["v"]), [Some(0), Some(0), None, Some(1), Some(1), None]);
        let steps = ["drop v: A", "create c: UPDATE c", "create v: D", "drop i: !Z"];
        assert_eq!(block_of(&steps, &["v"]), [Some(0), Some(0), Some(0), None]);
        assert_eq!(block_of(&steps, &[]), [None; 4]);
    }
}
