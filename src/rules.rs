//! What of a catalog is managed: the rules that are applied to every catalog alike before any comparison.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::catalog::{Catalog, Id, Object};
use crate::config::{Ignore, is_among};
use crate::kinds::{Section, kind};

/// Which objects count.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Schema and name of the history table.
    pub history: [String; 2],
    /// Extensions whose version the folder states; the version of others is information.
    pub pinned_extensions: BTreeSet<String>,
    /// The only schemas that are managed, as patterns; all of them when none are given.
    pub schemas: Option<Vec<String>>,
    /// What the user asked to leave alone.
    pub ignore: Ignore,
    /// The words of the folder: an object that is left alone may be needed only when it is named there.
    pub mentioned: BTreeSet<String>,
    /// Objects that are left alone and kept all the same, for the clone and the desired database to stand on.
    pub given: BTreeSet<Id>,
}

/// The outermost of the objects that were left out because the user asked for it.
pub type LeftAlone = BTreeSet<Id>;

impl Rules {
    /// The catalog with only what counts, and what was left out because the user asked for it.
    pub fn apply(&self, mut catalog: Catalog) -> (Catalog, LeftAlone) {
        let own: BTreeSet<Id> = self.kept_out(&catalog, |id| self.is_own(id));
        let ignored = self.ignored(&catalog, &own);
        let outermost = ignored.iter().filter(|id| is_outermost(&catalog, &ignored, id)).cloned().collect();
        if !own.is_empty() || !ignored.is_empty() {
            catalog.objects.retain(|id, _| !own.contains(id) && !ignored.contains(id));
            catalog.needs.retain(|id, _| !own.contains(id) && !ignored.contains(id));
            for needs in catalog.needs.values_mut() {
                needs.retain(|it| !own.contains(it) && !ignored.contains(it));
            }
        }
        for (id, object) in &mut catalog.objects {
            let stated = id.kind != "extension" || id.path.first().is_some_and(|it| self.pinned_extensions.contains(it));
            if let (false, Some(attrs)) = (stated, object.attrs.as_object_mut()) {
                let version = attrs.remove("version").unwrap_or(Value::Null);
                attrs.insert("_version".to_owned(), version);
            }
        }
        (catalog, outermost)
    }

    /// The same rules, which also keep what is left alone but tied to what counts, or named by the folder. What counts may need it,
    /// or stand in its way when it changes.
    #[must_use]
    pub fn giving(&self, catalog: &Catalog) -> Rules {
        let own = self.kept_out(catalog, |id| self.is_own(id));
        let mut ignored = self.ignored(catalog, &own);
        ignored.retain(|id| !self.is_switched_off(id));
        let counts = |id: &Id| !own.contains(id) && !ignored.contains(id) && kind(&id.kind).section() != Section::Container;
        let parent = |id: &Id| catalog.get(id).and_then(|it| it.parent.as_ref());
        let is_tied = |id: &Id| catalog.needs(id).any(|need| counts(need) && parent(id) != Some(need));
        let is_named = |id: &Id| id.path.get(1).or(id.path.first()).is_some_and(|it| self.mentioned.contains(it));
        let outer = |id: &Id| is_outermost(catalog, &ignored, id) && kind(&id.kind).section() != Section::Container;
        let seeds = ignored.iter().filter(|id| is_tied(id) || outer(id) && is_named(id)).cloned();
        let needed = catalog.needs.iter().filter(|it| !own.contains(it.0) && !ignored.contains(it.0));
        let mut queue: Vec<Id> = seeds.chain(needed.flat_map(|it| it.1).filter(|it| ignored.contains(it)).cloned()).collect();
        let mut given = BTreeSet::new();
        while let Some(id) = queue.pop() {
            queue.extend(catalog.needs(&id).filter(|it| ignored.contains(*it) && !given.contains(*it)).cloned());
            if kind(&id.kind).section() != Section::Container {
                let children = catalog.belonging(&id).map(|it| &it.id);
                queue.extend(children.filter(|it| ignored.contains(*it) && !given.contains(*it)).cloned());
            }
            given.insert(id);
        }
        Rules { given, ..self.clone() }
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

    /// Whether the user leaves anything to others.
    pub fn leave_alone(&self) -> bool {
        self.schemas.is_some() || self.ignore != Ignore::default()
    }

    fn ignored(&self, catalog: &Catalog, own: &BTreeSet<Id>) -> BTreeSet<Id> {
        let ignored = self.kept_out(catalog, |id| self.is_ignored(id));
        ignored.into_iter().filter(|it| !own.contains(it) && !self.given.contains(it)).collect()
    }

    fn kept_out(&self, catalog: &Catalog, rule: impl Fn(&Id) -> bool) -> BTreeSet<Id> {
        if !catalog.objects.keys().any(&rule) {
            return BTreeSet::new();
        }
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
        let is_foreign = match id.kind.as_str() {
            "schema" => id.path.first().is_some_and(|it| {
                self.ignore.matches_schema(it) || self.schemas.as_ref().is_some_and(|managed| !is_among(managed, it))
            }),
            _ => self.is_switched_off(id),
        };
        is_foreign || self.ignore.matches(id)
    }

    /// Whether all objects of the kind are left alone.
    fn is_switched_off(&self, id: &Id) -> bool {
        match id.kind.as_str() {
            "owner" => self.ignore.owners,
            "grant" | "default_grant" => self.ignore.grants,
            "comment" => self.ignore.comments,
            _ => false,
        }
    }
}

/// Whether an object that is left alone is not merely a part of another one.
fn is_outermost(catalog: &Catalog, ignored: &BTreeSet<Id>, id: &Id) -> bool {
    let parent = catalog.get(id).and_then(|it| it.parent.as_ref()).filter(|it| ignored.contains(it));
    parent.is_none_or(|it| kind(&it.kind).section() == Section::Container && !kind(&id.kind).follows_parent())
}

/// `3 tables, 1 view are left alone (schemas, [ignore])`; nothing when nothing is.
pub fn told(left_alone: &LeftAlone, rules: &Rules) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for id in left_alone {
        *counts.entry(&id.kind).or_default() += 1;
    }
    let counted = |(kind, count): (&&str, &usize)| {
        let name = kind.replace('_', " ");
        match (count, name.strip_suffix('y')) {
            (1, _) => format!("1 {name}"),
            (_, Some(stem)) => format!("{count} {stem}ies"),
            _ if name.ends_with('s') || name.ends_with('x') => format!("{count} {name}es"),
            _ => format!("{count} {name}s"),
        }
    };
    let by: Vec<&str> =
        rules.schemas.iter().map(|_| "schemas").chain((rules.ignore != Ignore::default()).then_some("[ignore]")).collect();
    let verb = if left_alone.len() == 1 { "is" } else { "are" };
    let words: Vec<String> = counts.iter().map(counted).collect();
    (!words.is_empty()).then(|| format!("{} {verb} left alone ({})", words.join(", "), by.join(", ")))
}
