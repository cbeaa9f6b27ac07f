//! A key of a large partitioned table that changes its definition.
//!
//! A table has one primary key, and no statement gives a partitioned table's key an index that is there. So only the indexes of the tables
//! that hold rows are built beside the old key, concurrently. Then, in one transaction that touches the catalog alone, the old key goes from
//! all levels, each of those tables takes its index over, and the levels above adopt what is below them.

use std::collections::BTreeSet;

use super::constraint::{Attrs, Constraint};
use super::key_of_partition::{is_alone, is_large, tables_move, tree};
use super::{Alteration, Context, Doubled, Kind, Step, Turned, Verb, free, key_swap, online, table};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::sql;

/// The key of a partitioned table in a state, level by level.
struct Key<'a> {
    state: &'a Catalog,
    /// What is below comes after.
    levels: Vec<(&'a Object, Attrs)>,
    /// What is put behind the name of the index that waits.
    suffix: &'static str,
}

/// How the key gives way to its successor; `None` where something else stands on it, or what it stands on changes too.
pub(super) fn of_partitioned(old: &Object, new: &Object, context: &Context<'_>) -> Result<Option<Doubled>> {
    let is_root = |it: &Attrs| it.partitioned && it.index.is_some() && it.parent_index.is_none();
    if !is_large(new, context)
        || !is_root(&old.read()?)
        || old.attrs.get("type") != new.attrs.get("type")
        || Constraint.alter(old, new, context)? != Alteration::Rebuild
    {
        return Ok(None);
    }
    let keys = (Key::of(&old.id, context.from, "_old")?, Key::of(&new.id, context.to, "_new")?);
    let (Some(before), Some(after)) = keys else { return Ok(None) };
    let changes = |of: &Key<'_>, verbs: &[Verb]| {
        let mut columns = of.needs("column").into_iter();
        columns.any(|it| context.changes.get(&it).is_some_and(|it| verbs.contains(it)))
    };
    if before.tables() != after.tables()
        || tables_move(before.levels.iter().map(|it| it.0), context)
        || [&before, &after].iter().any(|it| !it.is_alone() || changes(it, &[Verb::Alter, Verb::Rebuild, Verb::Drop]))
    {
        return Ok(None);
    }
    let (Some(built), Some(built_again)) = (after.built(context), before.built(context)) else { return Ok(None) };
    let statements = built.iter().map(|it| it.0.sql.text()).collect();
    let missing = |built: Vec<(Step, Id)>| built.into_iter().flat_map(|(step, id)| online::index_if_missing(step, &id.path));
    let swap = format!("\nBEGIN\n    {};\nEND;\n", before.given("IF EXISTS ", context).join(";\n    "));
    let mut back: Vec<Step> = missing(built_again).collect();
    back.push(Step::new(format!("DO {}", sql::dollar(&swap))).anywhere());
    back.extend(missing(built));
    for (object, _) in &before.levels {
        back.extend(key_swap::parts(object, context)?);
    }
    let there = after.given("", context).into_iter().map(Step::new).collect();
    // What the old primary key demands of its columns goes after it.
    let demanded = before.needs("not_null").into_iter().filter(|it| context.changes.get(it) == Some(&Verb::Drop));
    let with = before.levels.iter().map(|it| it.0.id.clone()).chain(demanded).collect();
    let turned = [vec![Turned { of: old.id.clone(), there, back }], Vec::new()];
    let aside = after.dropped("").into_iter().collect();
    Ok(Some(Doubled { aside, statements, turned, with, is_exchanged: true, ..Doubled::default() }))
}

impl<'a> Key<'a> {
    /// `None` where a level has what no clause of the key says.
    fn of(root: &Id, state: &'a Catalog, suffix: &'static str) -> Result<Option<Key<'a>>> {
        let Some(root) = state.get(root) else { return Ok(None) };
        let mut levels = Vec::new();
        for id in tree(root, state) {
            let Some(object) = state.get(&id).filter(|it| it.id.kind == root.id.kind) else { return Ok(None) };
            let attrs: Attrs = object.read()?;
            let is_bare = !attrs.partitioned || attrs.options.is_empty() && attrs.tablespace.is_none();
            if attrs.invalid || !attrs.statistics.is_empty() || !is_bare {
                return Ok(None);
            }
            levels.push((object, attrs));
        }
        Ok(Some(Key { state, levels, suffix }))
    }

    fn tables(&self) -> BTreeSet<Option<&Id>> {
        self.levels.iter().map(|it| it.0.parent.as_ref()).collect()
    }

    /// What of a kind its levels need.
    fn needs(&self, kind: &str) -> BTreeSet<Id> {
        let needs = self.levels.iter().flat_map(|it| self.state.needs(&it.0.id));
        needs.filter(|it| it.kind == kind).cloned().collect()
    }

    /// Whether nothing else stands on any of its levels.
    fn is_alone(&self) -> bool {
        let ids: Vec<Id> = self.levels.iter().map(|it| it.0.id.clone()).collect();
        is_alone(&ids, self.state)
    }

    /// The index that waits until the key takes it over.
    fn waiting(&self, object: &Object, context: &Context<'_>) -> Id {
        free(&Id::new("index", &[object.name(0), object.name(2)]), self.suffix, &[context.from, context.to])
    }

    /// How those are built.
    fn built(&self, context: &Context<'_>) -> Option<Vec<(Step, Id)>> {
        let leaves = self.levels.iter().filter(|it| !it.1.partitioned);
        let built = leaves.map(|(object, attrs)| {
            let id = self.waiting(object, context);
            Some((attrs.keyed(object, id.path.last()?)?, id))
        });
        built.collect()
    }

    /// The statement that takes it from all levels.
    fn dropped(&self, if_exists: &str) -> Option<String> {
        let (root, _) = self.levels.first()?;
        let head = table::head(self.state, &root.id.path[..2], false);
        Some(format!("{head} DROP CONSTRAINT {if_exists}{}", sql::name(root.name(2))))
    }

    /// The statements that take its predecessor, which has its name, from all levels and bring it.
    fn given(&self, if_exists: &str, context: &Context<'_>) -> Vec<String> {
        let head = |it: &Object, only: bool| table::head(self.state, &it.id.path[..2], only);
        let mut statements = Vec::new();
        for (object, attrs) in self.levels.iter().rev() {
            if !attrs.partitioned {
                let index = self.waiting(object, context);
                let using = attrs.using(index.path.last().map_or("", String::as_str));
                statements.push(format!("{} ADD CONSTRAINT {} {using}", head(object, false), sql::name(object.name(2))));
                continue;
            }
            statements.push(format!("{} ADD {}", head(object, true), attrs.clause(object)));
            let own = [object.name(0), object.name(1), attrs.index.as_deref().unwrap_or_default()];
            let below = self.levels.iter().filter(|it| it.1.parent_index.as_ref().is_some_and(|it| *it == own));
            statements.extend(below.map(|it| format!("ALTER INDEX {} ATTACH PARTITION {}", attrs.index(), it.1.index())));
        }
        self.dropped(if_exists).into_iter().chain(statements).collect()
    }
}
