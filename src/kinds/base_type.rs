//! Base types (`CREATE TYPE t (INPUT = ...)`). Each is the child of its shell, which goes with it.

use serde::Deserialize;

use super::{Alteration, Called, Context, Folded, Kind, Section, Space, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct BaseType;

#[derive(Deserialize, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct Attrs {
    input: String,
    output: String,
    receive: Option<String>,
    send: Option<String>,
    typmod_in: Option<String>,
    typmod_out: Option<String>,
    analyze: Option<String>,
    subscript: Option<String>,
    length: i16,
    by_value: bool,
    alignment: char,
    storage: char,
    category: char,
    preferred: bool,
    default: Option<String>,
    element: Option<String>,
    delimiter: char,
    collatable: bool,
}

impl Attrs {
    /// What `ALTER TYPE … SET (...)` can change, by its name there.
    fn adjustable(&self) -> [(&'static str, Option<&str>); 7] {
        [
            ("RECEIVE", self.receive.as_deref()),
            ("SEND", self.send.as_deref()),
            ("TYPMOD_IN", self.typmod_in.as_deref()),
            ("TYPMOD_OUT", self.typmod_out.as_deref()),
            ("ANALYZE", self.analyze.as_deref()),
            ("SUBSCRIPT", self.subscript.as_deref()),
            ("STORAGE", Some(self.storage())),
        ]
    }

    fn storage(&self) -> &'static str {
        match self.storage {
            'e' => "external",
            'm' => "main",
            'x' => "extended",
            _ => "plain",
        }
    }

    fn alignment(&self) -> &'static str {
        match self.alignment {
            'c' => "char",
            's' => "int2",
            'd' => "double",
            _ => "int4",
        }
    }

    /// The same type with what `other` has of the adjustable.
    fn adjusted(&self, other: &Attrs) -> Attrs {
        let Attrs { receive, send, typmod_in, typmod_out, analyze, subscript, storage, .. } = other.clone();
        Attrs { receive, send, typmod_in, typmod_out, analyze, subscript, storage, ..self.clone() }
    }

    fn options(&self) -> Vec<String> {
        let mut options = vec![format!("INPUT = {}", self.input), format!("OUTPUT = {}", self.output)];
        let length = if self.length < 0 { "VARIABLE".to_owned() } else { self.length.to_string() };
        options.extend(self.adjustable().into_iter().filter_map(|(name, value)| Some(format!("{name} = {}", value?))));
        options.push(format!("INTERNALLENGTH = {length}"));
        options.extend(self.by_value.then(|| "PASSEDBYVALUE".to_owned()));
        options.push(format!("ALIGNMENT = {}", self.alignment()));
        options.extend((self.category != 'U').then(|| format!("CATEGORY = {}", sql::literal(&self.category.to_string()))));
        options.extend(self.preferred.then(|| "PREFERRED = true".to_owned()));
        options.extend(self.default.as_ref().map(|it| format!("DEFAULT = {}", sql::literal(it))));
        options.extend(self.element.as_ref().map(|it| format!("ELEMENT = {it}")));
        options.extend((self.delimiter != ',').then(|| format!("DELIMITER = {}", sql::literal(&self.delimiter.to_string()))));
        options.extend(self.collatable.then(|| "COLLATABLE = true".to_owned()));
        options
    }
}

impl Kind for BaseType {
    fn name(&self) -> &'static str {
        "base_type"
    }

    fn query(&self) -> &'static str {
        include_str!("base_type.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_type WHERE oid >= 16384 AND typtype = 'b' AND typarray <> 0")
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        Ok(vec![Step::new(format!("CREATE TYPE {} ({})", sql::path(&object.id.path), attrs.options().join(", ")))])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::new(format!("DROP TYPE {}{} CASCADE", context.if_exists(), sql::path(&object.id.path)))])
    }

    fn alter(&self, from: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        if old.adjusted(&new) != new || old.storage != new.storage && new.storage == 'p' {
            return Ok(Alteration::Rebuild);
        }
        let settings = old.adjustable().into_iter().zip(new.adjustable());
        let settings: Vec<String> = settings
            .filter(|(before, after)| before != after)
            .map(|(_, (name, value))| format!("{name} = {}", value.unwrap_or("NONE")))
            .collect();
        Ok(Alteration::Steps(vec![Step::new(format!("ALTER TYPE {} SET ({})", sql::path(&to.id.path), settings.join(", ")))]))
    }

    fn called(&self, object: &Object) -> Vec<Called> {
        vec![Called::plain(Space::Type, object)]
    }
}
