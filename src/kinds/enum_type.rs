//! Enumerated types (`pg_enum`). Labels can be added in place, never removed or moved: then columns are converted to a new type.

use serde::Deserialize;

use super::{
    Alteration, Called, Context, Doubled, Folded, Kind, Likeness, Said, Section, Space, Step, keeper, labels_in_two, rename,
};
use crate::catalog::{Catalog, Id, Object};
use crate::error::{Error, Result};
use crate::hazard::Hazard;
use crate::source::lexer::{self, Lexer};
use crate::sql;

pub(super) struct EnumType;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Attrs {
    pub(super) labels: Vec<String>,
    /// From hints: labels that go, and what takes their place; nothing is null.
    #[serde(default, rename = "_map")]
    pub(super) map: Vec<(String, Option<String>)>,
}

impl Kind for EnumType {
    fn name(&self) -> &'static str {
        "enum_type"
    }

    fn query(&self) -> &'static str {
        include_str!("enum_type.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_type WHERE oid >= 16384 AND typtype = 'e'")
    }

    fn labels(&self, object: &Object) -> Vec<String> {
        object.read().map(|it: Attrs| it.labels).unwrap_or_default()
    }

    fn rename(&self, from: &Id, to: &Id, context: &Context<'_>) -> Vec<Step> {
        let [schema, name, label] = from.path.as_slice() else { return rename::whole("TYPE", from, to, context) };
        let Some(new) = to.path.get(2).filter(|_| to.path.starts_with(&[schema.clone(), name.clone()])) else {
            return Vec::new();
        };
        let (of, old, new) = (sql::path(&[schema, name]), sql::literal(label), sql::literal(new));
        vec![Step::new(format!("ALTER TYPE {of} RENAME VALUE {old} TO {new}"))]
    }

    fn resembles(&self, old: &Object, _: &Catalog, new: &Object, _: &Catalog) -> Option<Likeness> {
        (!self.labels(new).is_empty()).then(|| rename::alike(old, new, "labels"))?
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let labels: Vec<String> = attrs.labels.iter().map(|it| sql::literal(it)).collect();
        Ok(vec![Step::new(format!("CREATE TYPE {} AS ENUM ({})", sql::path(&object.id.path), labels.join(", ")))])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::new(format!("DROP TYPE {}{}", context.if_exists(), sql::path(&object.id.path)))])
    }

    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        let kept: Vec<&String> = new.labels.iter().filter(|it| old.labels.contains(it)).collect();
        if !kept.iter().copied().eq(&old.labels) || context.one_transaction {
            return Ok(Alteration::Rebuild);
        }
        let mut steps = Vec::new();
        let mut before: Option<&String> = None;
        for label in &new.labels {
            if !old.labels.contains(label) {
                let place = match before {
                    Some(it) => format!(" AFTER {}", sql::literal(it)),
                    None => old.labels.first().map_or(String::new(), |it| format!(" BEFORE {}", sql::literal(it))),
                };
                let at_end = new.labels.iter().rev().take_while(|it| !old.labels.contains(it)).any(|it| it == label);
                let place = if at_end { String::new() } else { place };
                let is_used = keeper::comes_with_one(&to.id, context);
                let add = format!("ALTER TYPE {} ADD VALUE {}{place}", sql::path(&to.id.path), sql::literal(label));
                let mut step = Step::new(add);
                // On the way back it is the migration that takes it away, and says on which rows it stops.
                if !context.tolerant {
                    let taken = "cannot be taken back in place: taking it back stops on rows that have it";
                    step = step.risks(Hazard::Irreversible(format!("the label {} {taken}", sql::literal(label))));
                }
                // A label can be stored once it is committed.
                steps.push(if is_used { step.alone() } else { step });
            }
            before = Some(label);
        }
        Ok(Alteration::Steps(steps))
    }

    fn doubled(&self, old: &Object, new: Option<&Object>, context: &Context<'_>) -> Result<Option<Doubled>> {
        labels_in_two::in_two(old, new, context)
    }

    fn said(&self, hint: &str, to: &Object, [before, _]: [&Catalog; 2]) -> Result<Said> {
        let Some(map) = hint.strip_prefix("map ") else { return Ok(Said::Nothing) };
        let map = mapped(map).ok_or_else(|| {
            Error::new(format!("the hint {hint:?} is not understood"))
                .help("write -- schemagen: map 'old' to 'new', or to null; several after commas")
        })?;
        let (old, new): (Option<Attrs>, Attrs) = (before.get(&to.id).map(Object::read).transpose()?, to.read()?);
        for (label, target) in &map {
            if new.labels.contains(label) {
                return Err(Error::new(format!("the label {} stays, so it cannot be mapped", sql::literal(label))));
            }
            if let Some(it) = target.as_ref().filter(|it| !new.labels.contains(it)) {
                return Err(Error::new(format!("{} is no label of {}", sql::literal(it), sql::path(&to.id.path))));
            }
        }
        let goes = |label: &String| old.as_ref().is_none_or(|it| it.labels.contains(label));
        if !map.iter().any(|it| goes(&it.0)) {
            return Ok(Said::Spent);
        }
        let all: Vec<_> = new.map.into_iter().chain(map).collect();
        let value = serde_json::to_value(all).map_err(Error::internal)?;
        Ok(Said::Attribute("_map", value))
    }

    fn names(&self, object: &Object) -> Vec<String> {
        vec![format!("type {}", sql::path(&object.id.path))]
    }

    fn step_aside(&self, object: &Object, context: &Context<'_>) -> Option<(Step, Step)> {
        super::aside("TYPE", object, context)
    }

    fn called(&self, object: &Object) -> Vec<Called> {
        let labels = object.read().map(|it: Attrs| it.labels).unwrap_or_default();
        let label =
            |it: String| Called { path: [object.id.path.clone(), vec![it]].concat(), ..Called::plain(Space::Label, object) };
        labels.into_iter().map(label).chain([Called::plain(Space::Type, object)]).collect()
    }
}

/// `'a' to 'b', 'c' to null`
fn mapped(text: &str) -> Option<Vec<(String, Option<String>)>> {
    let tokens: Vec<(lexer::Kind, &str)> = Lexer::new(text).map(|it| (it.kind, &text[it.range])).collect();
    let literal = |(kind, text): &(lexer::Kind, &str)| {
        let inside = text.strip_prefix('\'')?.strip_suffix('\'')?;
        (*kind == lexer::Kind::Text).then(|| inside.replace("''", "'"))
    };
    let pair = |tokens: &[(lexer::Kind, &str)]| match tokens {
        [old, (lexer::Kind::Word, to), (lexer::Kind::Word, null)]
            if to.eq_ignore_ascii_case("to") && null.eq_ignore_ascii_case("null") =>
        {
            Some((literal(old)?, None))
        }
        [old, (lexer::Kind::Word, to), new] if to.eq_ignore_ascii_case("to") => Some((literal(old)?, Some(literal(new)?))),
        _ => None,
    };
    tokens.split(|it| *it == (lexer::Kind::Symbol, ",")).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_of_labels_are_read() {
        let found = mapped("'it''s' to 'b', 'c' TO null");
        assert_eq!(found, Some(vec![("it's".to_owned(), Some("b".to_owned())), ("c".to_owned(), None)]));
        for it in ["", "a to b", "'a' 'b'", "'a' to", "'a' to 'b' 'c'", "'a' to 'b',"] {
            assert_eq!(mapped(it), None, "{it}");
        }
    }
}
