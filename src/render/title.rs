//! A title and a file name for a migration that was given none.

use crate::catalog::Id;
use crate::kinds::{Sql, Verb};
use crate::plan::{Plan, Planned};
use crate::shape::Words;

use super::names;
use super::rename::rename;

const LONGEST_TITLE: usize = 60;
const LONGEST_SLUG: usize = 50;
const MOST_PURPOSES: usize = 5;

/// What a migration does in at most 60 characters: its most significant change, and how many more there are.
pub fn title(plan: &Plan) -> String {
    let texts = phrases(plan);
    let Some((first, others)) = texts.split_first() else { return "No changes".to_owned() };
    let both = match others {
        [] => first.clone(),
        [second] => format!("{first} and {}", lowered(second)),
        more => format!("{first} and {} more changes", more.len()),
    };
    let counted = format!("{first} and {} more change{}", others.len(), if others.len() == 1 { "" } else { "s" });
    let fitting = [both, counted, first.clone()].into_iter().find(|it| it.chars().count() <= LONGEST_TITLE);
    fitting.unwrap_or_else(|| cut(first, LONGEST_TITLE, ' '))
}

/// What a migration is for, as far as the changes tell: the first few of them.
pub fn purpose(plan: &Plan) -> String {
    let mut texts = phrases(plan);
    let more = texts.len().saturating_sub(MOST_PURPOSES);
    texts.truncate(MOST_PURPOSES);
    let Some((first, others)) = texts.split_first() else { return "No changes.".to_owned() };
    let mut text = others.iter().fold(first.clone(), |text, it| format!("{text}; {}", lowered(it)));
    if more > 0 {
        text = format!("{text}; and {more} more change{}", if more == 1 { "" } else { "s" });
    }
    format!("{text}.")
}

/// The changes worth a place in the title, each in words and once.
fn phrases(plan: &Plan) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for text in significant(plan).iter().map(|it| kept(plan, it).unwrap_or_else(|| phrase(it, verb(plan, it)))) {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// What is kept of a column before the file in which it goes.
fn kept(plan: &Plan, step: &Planned) -> Option<String> {
    let is_kept = !plan.changes.contains_key(&step.id) && names::is_keeping(&step.step.sql.text());
    is_kept.then(|| format!("Keep {} {} for a rollback", names::short(&step.group), names::short(&step.id)))
}

/// A title as part of a file name: lower-case letters, digits and underscores, at most 50, never none.
pub fn slug(title: &str) -> String {
    let plain: String = title.chars().map(|it| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { '_' }).collect();
    let words: Vec<&str> = plain.split('_').filter(|it| !it.is_empty()).collect();
    let slug = cut(&words.join("_"), LONGEST_SLUG, '_');
    if slug.is_empty() { "change".to_owned() } else { slug }
}

/// One step of each change worth a place in the title, most significant first.
fn significant(plan: &Plan) -> Vec<&Planned> {
    let mut steps: Vec<&Planned> = Vec::new();
    for step in &plan.steps {
        let brought = step.id != step.group && !matches!(plan.changes.get(&step.group), None | Some(Verb::Alter));
        let sql = step.step.sql.text();
        let is_aside = names::is_lock(&sql) || names::is_recompiling(&sql);
        if !brought && !is_aside && !steps.iter().any(|it| it.id == step.id) {
            steps.push(step);
        }
    }
    let weight = |it: &&Planned| match verb(plan, it) {
        _ if Words::new(&it.step.sql.text()).accept("ANALYZE") => 6,
        Verb::Alter if rename(&it.step.sql.text()).is_some_and(|it| it.is_whole()) => 0,
        _ if names::is_attached(&it.id) => 5,
        Verb::Rebuild if it.id != it.group => 4,
        // It steps aside for its successor, which its columns get: that is what the change is about.
        Verb::Rebuild if Words::new(&it.step.sql.text()).accept("ALTER") => 0,
        Verb::Rebuild => 3,
        Verb::Create | Verb::Drop if it.id == it.group => 0,
        _ if is_column(it) => 1,
        _ => 2,
    };
    steps.sort_by_key(weight);
    let lightest = steps.first().map_or(0, weight);
    steps.retain(|it| weight(it) < 3 || weight(it) == lightest);
    steps
}

fn verb(plan: &Plan, step: &Planned) -> Verb {
    plan.changes.get(&step.id).copied().unwrap_or(step.verb)
}

/// One change in words: `Create table customer`, `Add orders status`.
fn phrase(step: &Planned, verb: Verb) -> String {
    let Planned { id, group, .. } = step;
    let kind = names::kind_word(id);
    let sql = step.step.sql.text();
    if let Some(it) = rename(&sql).filter(|_| verb == Verb::Alter) {
        return it.sentence().replace('`', "");
    }
    let text = if Words::new(&sql).accept("ANALYZE") {
        format!("Gather statistics of {}", names::short(group))
    } else if names::is_attached(id) {
        format!("Change {kind} of {}", names::short(group))
    } else if id == group {
        format!("{} {kind} {}", word(verb, true), names::short(id))
    } else if is_column(step) {
        format!("{} {} {}", word(verb, false), names::short(group), names::short(id))
    } else {
        let prefix = of(group, id).map(|it| format!("{it} ")).unwrap_or_default();
        format!("{} {prefix}{} {kind}", word(verb, false), names::short(id))
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The table's name, where the part's name does not already say it (`orders_status_idx`).
fn of<'a>(group: &'a Id, id: &Id) -> Option<&'a str> {
    let table = names::short(group);
    (!names::short(id).starts_with(table)).then_some(table)
}

fn is_column(step: &Planned) -> bool {
    let Sql::Clause { clause, .. } = &step.step.sql else { return false };
    let mut words = Words::new(clause);
    words.accept("ADD COLUMN") || words.accept("DROP COLUMN")
}

fn word(verb: Verb, stands_alone: bool) -> &'static str {
    match verb {
        Verb::Create if stands_alone => "Create",
        Verb::Create => "Add",
        Verb::Drop => "Drop",
        Verb::Alter => "Change",
        Verb::Rebuild => "Rebuild",
    }
}

fn lowered(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or(String::new(), |it| it.to_lowercase().chain(characters).collect())
}

/// At most `limit` characters, whole words where there are several.
fn cut(text: &str, limit: usize, separator: char) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let short: String = text.chars().take(limit + 1).collect();
    match short.rfind(separator) {
        Some(end) if end > 0 => short[..end].to_owned(),
        _ => text.chars().take(limit).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_safe_as_a_file_name_whatever_the_title() {
        assert_eq!(slug("Add orders status"), "add_orders_status");
        assert_eq!(slug("../../etc: Größe \"x\""), "etc_gr_e_x");
        assert_eq!(slug("é"), "change");
        assert_eq!(slug(&"word ".repeat(20)).len(), 49);
        assert_eq!(slug(&"x".repeat(80)).len(), 50);
    }

    #[test]
    fn a_title_of_nothing_says_so() {
        assert_eq!(title(&Plan::default()), "No changes");
    }
}
