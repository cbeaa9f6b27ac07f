//! Objects by example: kinds and properties that nothing else in a model refers to.

use super::examples::FORMS;
use super::model::{ColumnOf, Item, Model, Number, Shape, Sort, What};
use super::random::Random;
use super::wholes::WHOLES;
use super::words::{column_name, name, qualified, quoted};

/// What a form stands on or uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Nothing,
    /// A column of any table that is not foreign.
    Column,
    /// A column of a plain table.
    PlainColumn,
    /// A routine of triggers, and a column as above.
    Trigger,
    EventTrigger,
    Composite,
    /// An enum, a domain, a composite or a range type.
    Type,
}

pub(super) struct Form {
    pub(super) since: u32,
    pub(super) need: Need,
    /// As `COMMENT ON` names it; empty: without a comment.
    pub(super) comment: &'static str,
    /// The statements of each variant, one a line.
    pub(super) variants: &'static [&'static str],
}

/// The form of that number.
fn numbered(form: usize) -> &'static Form {
    FORMS.get(form).unwrap_or_else(|| &WHOLES[form - FORMS.len()])
}

/// Number and count of variants of each form that needs nothing.
pub(super) fn alone(major: u32) -> Vec<(usize, u8)> {
    let all = FORMS.iter().chain(WHOLES).enumerate().filter(|it| it.1.need == Need::Nothing && it.1.since <= major);
    all.map(|(number, it)| (number, u8::try_from(it.variants.len()).unwrap_or(0))).collect()
}

/// A form that finds what it needs.
pub(super) fn one(model: &Model, random: &mut Random) -> Option<What> {
    let form = random.below(FORMS.len() + WHOLES.len());
    let Form { since, need, variants, .. } = numbered(form);
    if *since > model.major {
        return None;
    }
    let plain = |it: &What| matches!(it, What::Table(it) if it.shape == Shape::Plain && !it.unlogged);
    let kept = |it: &What| matches!(it, What::Table(it) if !matches!(it.shape, Shape::Foreign { .. }));
    let tables = match need {
        Need::PlainColumn => model.all(plain),
        Need::Column | Need::Trigger => model.all(kept),
        _ => Vec::new(),
    };
    let table = random.one(&tables);
    let column = |it: Number| Some((it, random.one(&model.shown(it).iter().map(|it| it.0).collect::<Vec<_>>())?));
    let at = table.and_then(column);
    let routine = |sort: Sort| move |it: &What| matches!(it, What::Routine(it) if it.sort == sort);
    let items = match need {
        Need::Trigger => model.all(routine(Sort::Trigger)),
        Need::EventTrigger => model.all(routine(Sort::EventTrigger)),
        Need::Composite => model.all(|it| matches!(it, What::Composite { .. })),
        Need::Type => {
            model.all(|it| matches!(it, What::Enum { .. } | What::Domain { .. } | What::Composite { .. } | What::Range { .. }))
        }
        _ => Vec::new(),
    };
    let uses = random.one(&items);
    let found = match need {
        Need::Nothing => true,
        Need::Column | Need::PlainColumn => at.is_some(),
        Need::Trigger => at.is_some() && uses.is_some(),
        Need::EventTrigger | Need::Composite | Need::Type => uses.is_some(),
    };
    let variant = u8::try_from(random.below(variants.len())).unwrap_or(0);
    found.then_some(What::Form { form, variant, at, uses })
}

fn filled(model: &Model, item: &Item, text: &str, at: Option<ColumnOf>, uses: Option<Number>) -> String {
    let schema = |it: Option<&Item>| it.and_then(|it| it.schema).map(|it| name(model, it)).unwrap_or_default();
    let table = at.and_then(|it| model.get(it.0));
    text.replace("{own}", &qualified(model, item))
        .replace("{short}", &quoted(&item.name))
        .replace("{number}", &item.number.to_string())
        .replace("{operator}", &operator(item.number))
        .replace("{schema_of_table}", &schema(table))
        .replace("{schema}", &schema(Some(item)))
        .replace("{table}", &at.map(|it| name(model, it.0)).unwrap_or_default())
        .replace("{column}", &at.map(|it| quoted(&column_name(model, it))).unwrap_or_default())
        .replace("{item}", &uses.map(|it| name(model, it)).unwrap_or_default())
}

/// The statements that make it.
pub(super) fn statements(model: &Model, item: &Item) -> Vec<String> {
    let What::Form { form, variant, at, uses } = &item.what else { return Vec::new() };
    let variants = numbered(*form).variants;
    let lines = variants[usize::from(*variant) % variants.len()].lines();
    lines.map(|it| filled(model, item, it, *at, *uses)).collect()
}

/// Whether it comes last: it would act on what comes after it.
pub(super) fn is_late(item: &Item) -> bool {
    let What::Form { form, .. } = item.what else { return false };
    let form = numbered(form);
    form.need == Need::EventTrigger || form.variants.iter().any(|it| it.contains("CREATE PUBLICATION"))
}

/// As `COMMENT ON` names it, where it can have a comment.
pub(super) fn commented(model: &Model, item: &Item) -> Option<String> {
    let What::Form { form, at, uses, variant } = &item.what else { return None };
    // Of several routines of one name and other arguments the bare name is enough for one only; a procedure is no function.
    let Form { comment: text, variants, .. } = numbered(*form);
    let is_procedure = variants[usize::from(*variant) % variants.len()].starts_with("CREATE PROCEDURE");
    (!text.is_empty() && !is_procedure).then(|| filled(model, item, text, *at, *uses))
}

/// The name of an operator, which has no digits: the number in base 4.
fn operator(number: Number) -> String {
    let digits = std::iter::successors(Some(number), |it| Some(it / 4).filter(|it| *it > 0));
    "==".chars().chain(digits.map(|it| ['<', '>', '|', '&'][it as usize % 4])).collect()
}
