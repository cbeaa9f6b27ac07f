//! What several objects do to one large table, one after the other, they do side by side, round by round.

use super::Planned;
use crate::kinds::{Company, Round, Sql};

/// The steps, with those of neighbours laid side by side.
///
/// Constraints come in a statement for each round: all hold for new rows, then the rows that are there are read once for all of them, and a
/// strong lock is taken once for each round. Before the rows are filled for one column the others are there too: what keeps one of them in
/// step with its predecessor, a trigger, then writes it in the same rows, and finds them filled when its own turn comes.
pub(super) fn gathered(mut steps: Vec<Planned>) -> Vec<Planned> {
    beside(&mut steps, constrained, |steps| {
        steps.iter_mut().for_each(|it| it.step.round = it.step.sql.round());
        steps.sort_by_key(|it| it.step.round);
    });
    beside(&mut steps, filled, |steps| steps.sort_by_key(|it| it.step.batches.is_some()));
    steps
}

/// Lays the steps of neighbours that do something `of` the same side by side.
fn beside<T: PartialEq + ?Sized>(mut steps: &mut [Planned], of: impl Fn(&[Planned]) -> Option<&T>, lay: impl Fn(&mut [Planned])) {
    let objects: Vec<_> = steps.chunk_by(|one, other| one.id == other.id).map(|it| (of(it), it.len())).collect();
    let neighbours = objects.chunk_by(|(one, _), (other, _)| one.is_some() && one == other);
    let lengths: Vec<(bool, usize)> = neighbours.map(|it| (it.len() > 1, it.iter().map(|it| it.1).sum())).collect();
    for (are_several, length) in lengths {
        let (these, others) = steps.split_at_mut(length);
        if are_several {
            lay(these);
        }
        steps = others;
    }
}

/// The table whose rows the last step of an object fills for it, in batches.
fn filled(steps: &[Planned]) -> Option<&[String]> {
    let (last, before) = steps.split_last()?;
    let is_filled = last.step.batches.is_some() && !before.is_empty() && before.iter().all(|it| it.step.batches.is_none());
    last.id.path.get(..2).filter(|_| is_filled)
}

/// The table to which the steps of an object bring a constraint in rounds.
fn constrained(steps: &[Planned]) -> Option<&str> {
    let (heads, rounds): (Vec<&str>, Vec<Round>) = steps.iter().map(in_round).collect::<Option<Vec<_>>>()?.into_iter().unzip();
    let comes_whole = rounds.contains(&Round::Adds) == rounds.contains(&Round::Validates) && rounds.is_sorted();
    let is_one = heads.iter().all(|it| *it == heads[0]);
    heads.first().copied().filter(|_| comes_whole && is_one)
}

/// The table that a step alone alters, and the round to which it belongs.
fn in_round(planned: &Planned) -> Option<(&str, Round)> {
    match &planned.step.sql {
        Sql::Clause { head, .. } if planned.step.company == Company::Alone => Some((head, planned.step.sql.round()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Id;
    use crate::kinds::{Step, Verb};

    fn planned(object: &str, clause: &str) -> Planned {
        let (table, name) = object.split_once('.').unwrap_or((object, ""));
        let id = Id::new("constraint", &["public", table, name]);
        let step = Step::clause(format!("ALTER TABLE {table}"), clause).alone();
        Planned { verb: Verb::Create, group: id.clone(), id, step }
    }

    fn order(steps: &[(&str, &str)]) -> Vec<(String, String)> {
        let steps = gathered(steps.iter().map(|(object, clause)| planned(object, clause)).collect());
        let clause = |it: &Planned| it.step.sql.text().split_once(&format!("{} ", it.id.path[1])).unwrap().1.to_owned();
        steps.iter().map(|it| (format!("{}.{}", it.id.path[1], it.id.path[2]), clause(it))).collect()
    }

    const ADD: &str = "ADD CONSTRAINT x CHECK (true) NOT VALID";
    const VALIDATE: &str = "VALIDATE CONSTRAINT x";

    #[test]
    fn constraints_of_one_table_come_round_by_round() {
        let steps = [("t.a", ADD), ("t.a", VALIDATE), ("t.b", ADD), ("t.b", VALIDATE), ("u.a", ADD), ("u.a", VALIDATE)];
        let names: Vec<String> = order(&steps).into_iter().map(|it| it.0).collect();
        assert_eq!(names, ["t.a", "t.b", "t.a", "t.b", "u.a", "u.a"]);
    }

    #[test]
    fn rows_are_filled_when_all_columns_are_there() {
        let batches = crate::script::Batches { by: crate::script::By::Found, rows: 1 };
        let fill = |of: &str| {
            let it = planned(of, "");
            Planned { step: Step::backfill("UPDATE t SET x = 1", batches.clone()), ..it }
        };
        let steps = vec![planned("t.a", "ADD COLUMN a int"), fill("t.a"), planned("t.b", "ADD COLUMN b int"), fill("t.b")];
        let names = gathered(steps).into_iter().map(|it| format!("{} {}", it.id.path[2], it.step.batches.is_some()));
        assert_eq!(names.collect::<Vec<_>>(), ["a false", "b false", "a true", "b true"]);
    }

    #[test]
    fn what_has_another_step_between_comes_by_itself() {
        let filled = "ALTER COLUMN x SET DEFAULT 1";
        let steps = [("t.a", ADD), ("t.a", VALIDATE), ("t.b", ADD), ("t.b", filled), ("t.b", VALIDATE)];
        assert_eq!(order(&steps), steps.map(|(object, clause)| (object.to_owned(), clause.to_owned())));
        let key = "ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES u NOT VALID";
        let steps = [("t.a", ADD), ("t.a", VALIDATE), ("t.b", key), ("t.b", VALIDATE)];
        assert_eq!(order(&steps), steps.map(|(object, clause)| (object.to_owned(), clause.to_owned())));
    }
}
