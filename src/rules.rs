//! What of a catalog is managed: the rules that are applied to every catalog alike before any comparison.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::Value;

use crate::catalog::{Catalog, Id};
use crate::error::{Error, Result};

/// Which objects count.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Schema and name of the history table.
    pub history: [String; 2],
    /// Extensions whose version the folder states; the version of others is information.
    pub pinned_extensions: BTreeSet<String>,
    /// What the user asked to leave alone.
    pub ignored: Vec<Pattern>,
    /// The only schemas that count, when there are any.
    pub schemas: Vec<String>,
    /// Kinds that do not count: `owner`, `grant`, `comment`.
    pub kinds: BTreeSet<String>,
}

/// A pattern over objects: `kind:glob` or `glob`, matched against the path joined with dots.
#[derive(Debug, Clone)]
pub struct Pattern {
    kind: Option<String>,
    name: Regex,
}

impl Pattern {
    /// Reads `table:audit.*` or `audit.*`; `*` and `?` stand for any text and any character.
    pub fn parse(text: &str) -> Result<Pattern> {
        let (kind, glob) = text.split_once(':').map_or((None, text), |(kind, glob)| (Some(kind.trim().replace(' ', "_")), glob));
        if let Some(kind) = &kind
            && !crate::kinds::KINDS.iter().any(|it| it.name() == kind)
        {
            let names: Vec<&str> = crate::kinds::KINDS.iter().map(|it| it.name()).collect();
            return Err(Error::new(format!("[ignore] names the kind {kind}, which does not exist"))
                .help(format!("kinds are: {}", names.join(", "))));
        }
        let expression = format!("^{}$", regex::escape(glob.trim()).replace(r"\*", ".*").replace(r"\?", "."));
        let name = Regex::new(&expression).map_err(|it| Error::new(format!("[ignore] pattern {text}: {it}")))?;
        Ok(Pattern { kind, name })
    }

    fn matches(&self, id: &Id) -> bool {
        self.kind.as_ref().is_none_or(|it| *it == id.kind) && self.name.is_match(&id.path.join("."))
    }
}

impl Rules {
    /// The catalog with only what counts, and how many objects were left out because the user asked for it.
    pub fn apply(&self, mut catalog: Catalog) -> (Catalog, usize) {
        let own: BTreeSet<Id> = self.kept_out(&catalog, |id| self.is_own(id));
        let ignored: BTreeSet<Id> = self.kept_out(&catalog, |id| self.is_ignored(id)).difference(&own).cloned().collect();
        catalog.objects.retain(|id, _| !own.contains(id) && !ignored.contains(id));
        catalog.needs.retain(|id, _| !own.contains(id) && !ignored.contains(id));
        for needs in catalog.needs.values_mut() {
            needs.retain(|it| !own.contains(it) && !ignored.contains(it));
        }
        for (id, object) in &mut catalog.objects {
            let stated = id.kind != "extension" || id.path.first().is_some_and(|it| self.pinned_extensions.contains(it));
            if let (false, Some(attrs)) = (stated, object.attrs.as_object_mut()) {
                let version = attrs.remove("version").unwrap_or(Value::Null);
                attrs.insert("_version".to_owned(), version);
            }
        }
        (catalog, ignored.len())
    }

    fn kept_out(&self, catalog: &Catalog, rule: impl Fn(&Id) -> bool) -> BTreeSet<Id> {
        catalog.objects.keys().filter(|id| catalog.lineage(id).any(&rule)).cloned().collect()
    }

    /// Whether an object is the tool's own.
    fn is_own(&self, id: &Id) -> bool {
        let names: Vec<&str> = id.path.iter().map(String::as_str).collect();
        match id.kind.as_str() {
            "table" => names == self.history,
            "schema" => names == ["schemagen"] || names == ["schemagen_archive"],
            _ => false,
        }
    }

    fn is_ignored(&self, id: &Id) -> bool {
        let elsewhere =
            id.kind == "schema" && !self.schemas.is_empty() && id.path.first().is_some_and(|it| !self.schemas.contains(it));
        elsewhere || self.kinds.contains(&id.kind) || self.ignored.iter().any(|it| it.matches(id))
    }
}
