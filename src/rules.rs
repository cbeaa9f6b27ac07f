//! What of a catalog is managed: the rules that are applied to every catalog alike before any comparison.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::catalog::{Catalog, Id, Object};
use crate::config::Ignore;

/// Which objects count.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Schema and name of the history table.
    pub history: [String; 2],
    /// Extensions whose version the folder states; the version of others is information.
    pub pinned_extensions: BTreeSet<String>,
    /// What the user asked to leave alone.
    pub ignore: Ignore,
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

    /// Keeps the schema that the history's table made, as it stands: no folder needs to declare it.
    pub fn keep_history(&self, desired: &mut Catalog, live: &Catalog) {
        for object in live.objects.values().filter(|it| self.houses_history(it)) {
            if desired.get(&object.id).is_none() {
                desired.objects.insert(object.id.clone(), object.clone());
                desired.needs.extend(live.needs.get(&object.id).map(|it| (object.id.clone(), it.clone())));
            }
        }
    }

    /// Whether an object is the schema that the history's table is in, or its owner: it comes with the table, not with a migration.
    pub fn houses_history(&self, object: &Object) -> bool {
        let schema = Id::new("schema", &self.history[..1]);
        let is_of_it = object.id == schema || object.id.kind == "owner" && object.parent.as_ref() == Some(&schema);
        is_of_it && self.history[0] != "public"
    }

    fn kept_out(&self, catalog: &Catalog, rule: impl Fn(&Id) -> bool) -> BTreeSet<Id> {
        catalog.objects.keys().filter(|id| catalog.lineage(id).any(&rule)).cloned().collect()
    }

    /// Whether an object is the tool's own.
    fn is_own(&self, id: &Id) -> bool {
        let names: Vec<&str> = id.path.iter().map(String::as_str).collect();
        match id.kind.as_str() {
            "table" => names == self.history,
            "schema" => names == ["schemagen"] || names == [crate::archive::SCHEMA],
            _ => false,
        }
    }

    fn is_ignored(&self, id: &Id) -> bool {
        let switched_off = match id.kind.as_str() {
            "owner" => self.ignore.owners,
            "grant" | "default_grant" => self.ignore.grants,
            "comment" => self.ignore.comments,
            "schema" => id.path.first().is_some_and(|it| self.ignore.matches_schema(it)),
            _ => false,
        };
        switched_off || self.ignore.matches(id)
    }
}
