//! Tables: ordinary, partitioned and foreign (`pg_class`). A partition is created by itself and attached by the kind `partition`.

use serde::Deserialize;

use super::column_settings::agree;
use super::storage_options::{self, Options};
use super::{
    Alteration, Called, Context, Doubled, Folded, Kept, Kind, Likeness, Section, Space, Step, data_check, key_of_partition,
    policy, rename, stand_in,
};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::hazard::Hazard;
use crate::lock::Mode;
use crate::sql;

pub(super) struct Table;

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    kind: char,
    #[serde(default)]
    unlogged: bool,
    of_type: Option<String>,
    partition_key: Option<String>,
    /// The types of the columns in that key, which PostgreSQL does not change.
    partition_types: Option<Vec<String>>,
    #[serde(default, rename = "_inherits")]
    inherits: Vec<[String; 2]>,
    access_method: Option<String>,
    tablespace: Option<String>,
    #[serde(default)]
    options: Options,
    #[serde(default)]
    toast_options: Options,
    #[serde(default)]
    row_security: bool,
    #[serde(default)]
    force_row_security: bool,
    #[serde(default)]
    _partition: bool,
    #[serde(default)]
    _partitions: usize,
    #[serde(default)]
    _subclassed: bool,
    server: Option<String>,
    #[serde(default)]
    foreign_options: super::foreign_options::Options,
}

impl Attrs {
    fn what(&self) -> &'static str {
        if self.kind == 'f' { "FOREIGN TABLE" } else { "TABLE" }
    }
}

/// `ALTER TABLE public.devices`, or `ALTER FOREIGN TABLE` for a foreign table; `only` keeps it from the children.
pub(super) fn head(catalog: &Catalog, path: &[String], only: bool) -> String {
    let table = catalog.get(&Id::new("table", path));
    let attr = |name: &str| table.and_then(|it| it.attrs.get(name));
    let what = if attr("kind").is_some_and(|it| it == "f") { "FOREIGN TABLE" } else { "TABLE" };
    let only = if only && attr("_subclassed").is_some() { "ONLY " } else { "" };
    format!("ALTER {what} {only}{}", sql::path(path))
}

/// Whether a partitioned table takes rows along when it goes. It has none of its own: where it comes again, all stay in its partitions, if
/// these do.
fn takes_rows(table: &Id, context: &Context<'_>) -> bool {
    if !context.is_created(table) {
        return true;
    }
    let mut partitions = context.from.partitions(&table.path);
    partitions.any(|it| context.is_dropped(&Id::new("table", &it.id.path)))
}

/// The columns in their order with their types: a table that becomes one of a type, or leaves it, keeps them all.
pub(super) fn columns<'a>(catalog: &'a Catalog, table: &'a Id) -> Vec<(i64, &'a str, &'a serde_json::Value)> {
    let columns = catalog.within("column", &table.path).filter(|it| it.id.path.len() == 3);
    let mut columns: Vec<_> = columns.filter_map(|it| Some((it.position(), it.name(2), it.attrs.get("type")?))).collect();
    columns.sort_unstable_by_key(|it| it.0);
    columns.into_iter().zip(0..).map(|(it, place)| (place, it.1, it.2)).collect()
}

/// Whether row security holds for the owner of a table too.
pub(super) fn forces_row_security(table: &Id, state: &Catalog) -> bool {
    state.get(table).is_some_and(|it| it.attrs.get("force_row_security").is_some_and(|it| it == true))
}

/// Whether the column of that name is among what a table is partitioned by.
pub(super) fn is_partitioned_by(table: &Id, column: &str, state: &Catalog) -> bool {
    let key = state.get(table).and_then(|it| it.attrs.get("partition_key")?.as_str());
    key.is_some_and(|it| crate::shape::Words::new(it).contain(&sql::name(column)))
}

impl Kind for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn query(&self) -> &'static str {
        include_str!("table.sql")
    }

    fn lock(&self, path: &[String], mode: Mode) -> Option<String> {
        Some(sql::lock_only(&sql::path(path), mode))
    }

    fn rename(&self, from: &Id, to: &Id, context: &Context<'_>) -> Vec<Step> {
        let foreign = context.from.get(from).is_some_and(|it| it.attrs.get("server").is_some());
        rename::whole(if foreign { "FOREIGN TABLE" } else { "TABLE" }, from, to, context)
    }

    /// A plain table becomes a partition of a partitioned one that has its name.
    fn gives_way(&self, old: &Object, new: &Object) -> bool {
        ["kind", "partition_key", "partition_types"].iter().any(|it| old.attrs.get(it) != new.attrs.get(it))
    }

    /// By its columns; a partition is known by its bounds.
    fn resembles(&self, old: &Object, from: &Catalog, new: &Object, to: &Catalog) -> Option<Likeness> {
        let bounds = |state: &Catalog, table: &Id| state.get(&Id::new("partition", &table.path)).map(|it| it.attrs.clone());
        let same = |name: &str| old.attrs.get(name) == new.attrs.get(name);
        if !["kind", "server", "of_type", "partition_key"].iter().all(|it| same(it))
            || bounds(from, &old.id) != bounds(to, &new.id)
        {
            return None;
        }
        let columns = |state: &Catalog, table: &Id| rename::parts(state, "column", table, "type");
        rename::shared(&columns(from, &old.id), &columns(to, &new.id), "column")
    }

    fn contents(&self, object: &Object, context: &Context<'_>) -> Option<[String; 2]> {
        let rows = || data_check::counted(&object.id.path, "true", context);
        data_check::has_rows(&object.id.path, context).then(|| [rows(), rows()])
    }

    fn doubled(&self, old: &Object, new: Option<&Object>, context: &Context<'_>) -> Result<Option<Doubled>> {
        stand_in::of_table(old, new, context)
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn create(&self, object: &Object, folded: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let name = sql::path(&object.id.path);
        let unlogged = if attrs.unlogged { "UNLOGGED " } else { "" };
        let foreign = if attrs.kind == 'f' { "FOREIGN " } else { "" };
        let mut statement = format!("CREATE {foreign}{unlogged}TABLE {name}");
        if let Some(of_type) = &attrs.of_type {
            statement += &format!(" OF {of_type}");
        }
        let place = folded.iter().find(|it| it.object.id.kind == "partition");
        if let Some(parent) = place.and_then(|it| super::partition::parent(it.object)) {
            statement += &format!(" PARTITION OF {}", sql::path(&parent.path));
        }
        let elements = elements(folded, place.is_some(), context);
        if !elements.is_empty() {
            statement += &format!(" (\n    {}\n)", elements.join(",\n    "));
        } else if attrs.of_type.is_none() && place.is_none() {
            statement += " ()";
        }
        statement += &place.map_or(String::new(), |it| format!(" {}", it.sql));
        statement += &tail(&attrs);
        let mut steps = vec![Step::new(statement)];
        let clauses = row_security(false, attrs.row_security, ["ENABLE", "DISABLE"]).chain(row_security(
            false,
            attrs.force_row_security,
            ["FORCE", "NO FORCE"],
        ));
        steps.extend(clauses.map(|it| Step::clause(format!("ALTER TABLE {name}"), it)));
        Ok(steps)
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let name = sql::path(&object.id.path);
        let step = Step::new(format!("DROP {} {}{name}", attrs.what(), context.if_exists()));
        let holds = attrs.kind != 'f' && (attrs.kind != 'p' || takes_rows(&object.id, context));
        Ok(vec![if holds { step.risks(Hazard::DataLoss(format!("every row of {name}"))) } else { step }])
    }

    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        if old.of_type != new.of_type && columns(context.from, &to.id) != columns(context.to, &to.id) {
            return Ok(Alteration::Rebuild);
        }
        if old.kind != new.kind
            || (&old.partition_key, &old.partition_types) != (&new.partition_key, &new.partition_types)
            || old.server != new.server
            || old.access_method != new.access_method && context.server.major < 15
        {
            return Ok(Alteration::Rebuild);
        }
        let name = sql::path(&to.id.path);
        let head = format!("ALTER {} {name}", new.what());
        let mut steps = Vec::new();
        if old.unlogged != new.unlogged {
            let step = Step::clause(&head, if new.unlogged { "SET UNLOGGED" } else { "SET LOGGED" });
            steps.push(step.risks(Hazard::Rewrites(name.clone())));
        }
        if old.access_method != new.access_method {
            let method = sql::name(new.access_method.as_deref().unwrap_or("heap"));
            steps.push(Step::clause(&head, format!("SET ACCESS METHOD {method}")).risks(Hazard::Rewrites(name.clone())));
        }
        if old.tablespace != new.tablespace {
            let space = sql::name(new.tablespace.as_deref().unwrap_or("pg_default"));
            steps.push(Step::clause(&head, format!("SET TABLESPACE {space}")).risks(Hazard::Rewrites(name.clone())));
        }
        let is_apart = policy::switched_with(&to.id.path, context).is_some();
        let clauses = storage_options::changes(&old.options, &new.options, "")
            .into_iter()
            .chain(storage_options::changes(&old.toast_options, &new.toast_options, "toast."))
            .chain(typed(&old, &new))
            .chain(row_security(old.row_security, new.row_security, ["ENABLE", "DISABLE"]).filter(|_| !is_apart))
            .chain(row_security(old.force_row_security, new.force_row_security, ["FORCE", "NO FORCE"]))
            .chain(super::foreign_options::clause(&old.foreign_options, &new.foreign_options));
        steps.extend(clauses.map(|it| Step::clause(&head, it)));
        Ok(Alteration::Steps(steps))
    }

    fn names(&self, object: &Object) -> Vec<String> {
        let name = sql::path(&object.id.path);
        vec![format!("relation {name}"), format!("type {name}")]
    }

    /// The settings of the columns it inherits come first, as two parents must agree on them. An unlogged table can be referenced
    /// by unlogged ones only, and so on the way there and back.
    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let parents = object.read::<Attrs>().map_or(Vec::new(), |it| it.inherits);
        if context.is_created(&object.id) && !parents.is_empty() {
            let of_parent = |it: &&Object| it.id.path.len() == 3 && parents.iter().any(|parent| it.id.path[..2] == *parent);
            let settings = context.to.of_kind("column_settings").filter(of_parent);
            return settings.filter(|it| agree(&parents, it.name(2), context.to)).map(|it| it.id.clone()).collect();
        }
        let unlogged = |state: &Catalog| state.get(&object.id).map(|it| it.attrs.get("unlogged").is_some());
        if unlogged(context.from).is_none_or(|it| Some(it) == unlogged(context.to)) {
            return Vec::new();
        }
        let keys =
            context.to.of_kind("foreign_key").filter_map(|it| Some((it.parent.clone()?, super::foreign_key::references(it)?)));
        if unlogged(context.to) == Some(true) {
            keys.filter(|(_, referenced)| *referenced == object.id).map(|(table, _)| table).collect()
        } else {
            keys.filter(|(table, _)| *table == object.id).map(|(_, referenced)| referenced).collect()
        }
    }

    /// A partition goes with all its columns, as its rows are kept then: not after some of them went with those above.
    fn precedes(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let above = super::partition::above(context.from, &object.id.path);
        let above = above.iter().filter(|it| context.is_dropped(&object.id) && !context.is_dropped(it));
        let columns = above.flat_map(|it| context.from.within("column", &it.path)).map(|it| &it.id);
        columns.filter(|it| context.is_dropped(it)).cloned().collect()
    }

    /// A partitioned table takes its partitions along.
    fn goes_with(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let partition = context.from.get(&Id::new("partition", &object.id.path));
        partition.and_then(super::partition::parent).into_iter().collect()
    }

    fn filed_under(&self, object: &Object, catalog: &Catalog) -> Option<Id> {
        catalog.get(&Id::new("partition", &object.id.path)).and_then(super::partition::parent)
    }

    /// A column of its key, or of a type that it is of, keeps its type.
    fn converts(&self, _: &Object) -> bool {
        false
    }

    fn holds_rows(&self, _: &Object) -> bool {
        true
    }

    fn keep(&self, object: &Object, archive: &str, context: &Context<'_>) -> Option<Kept> {
        let partition = context.from.get(&Id::new("partition", &object.id.path));
        let with_parent = partition.and_then(super::partition::parent).is_some_and(|it| context.is_dropped(&it));
        if with_parent || !self.is_table(object) { None } else { super::kept::rows(object, archive, context) }
    }

    fn is_table(&self, object: &Object) -> bool {
        object.attrs.get("server").is_none()
    }

    fn called(&self, object: &Object) -> Vec<Called> {
        vec![Called::plain(Space::Relation, object)]
    }
}

/// The folded children in the order in which one writes them: columns by position, then keys, then checks. A partition says only
/// what it does not get from its parent; a key of one column stands beside it.
fn elements(folded: &[Folded<'_>], is_partition: bool, context: &Context<'_>) -> Vec<String> {
    let position = |it: &Folded<'_>| it.object.position().unwrap_or(i64::MAX);
    let rank = |it: &Folded<'_>| {
        let rank = it.object.attrs.get("type").and_then(|it| it.as_str()).and_then(|it| "puxc".find(it));
        rank.unwrap_or(usize::MAX)
    };
    let is_own = |it: &&Folded<'_>| {
        let kind = it.object.id.kind.as_str();
        !it.sql.is_empty()
            && kind != "partition"
            && !(is_partition && (kind == "column" || key_of_partition::is_from_parent(it.object)))
    };
    let mut elements: Vec<Folded<'_>> = folded.iter().filter(is_own).cloned().collect();
    elements
        .sort_by(|one, other| (position(one), rank(one), &one.object.id).cmp(&(position(other), rank(other), &other.object.id)));
    let (keys, mut rest): (Vec<_>, Vec<_>) =
        elements.into_iter().partition(|it| it.object.id.kind == "constraint" && beside(it.object).is_some());
    let mut alone = Vec::new();
    for key in keys {
        let column = beside(key.object).and_then(|(name, words)| {
            // Not the NOT NULL that a child has on a column of its parent's.
            let says_it = |sql: &str| sql.strip_prefix(name).is_some_and(|it| it.starts_with(' '));
            let is_it = |it: &&mut Folded<'_>| it.object.id.kind == "column" && says_it(&it.sql);
            Some((rest.iter_mut().find(is_it)?, words))
        });
        match column {
            Some((column, words)) => {
                let id = Id::new("not_null", &column.object.id.path);
                let is_plain = context.to.get(&id).is_some_and(|it| super::not_null::is_plain(it, &column.sql));
                if let (true, "PRIMARY KEY", Some(text)) = (is_plain, words, column.sql.strip_suffix(" NOT NULL")) {
                    column.sql = text.to_owned();
                }
                column.sql = format!("{} {words}", column.sql);
            }
            None => alone.push(key),
        }
    }
    let first = rest.iter().position(|it| it.object.id.kind != "column").unwrap_or(rest.len());
    rest.splice(first..first, alone);
    rest.into_iter().map(|it| it.sql).collect()
}

/// The column that a key of a new table may stand beside, with the words: it has that column only, and the name that PostgreSQL gives.
fn beside(key: &Object) -> Option<(&str, &'static str)> {
    let attrs = &key.attrs;
    let words = match attrs.get("type")?.as_str()? {
        "p" => "PRIMARY KEY",
        "u" => "UNIQUE",
        _ => return None,
    };
    let columns = attrs.get("definition")?.as_str()?.strip_prefix(words)?.strip_prefix(" (")?.strip_suffix(')')?;
    attrs.get("_automatic").filter(|_| key.id.path.len() == 3).map(|_| (columns, words))
}

/// What follows the columns, in the manual's order.
fn tail(attrs: &Attrs) -> String {
    let mut tail = String::new();
    if !attrs.inherits.is_empty() {
        tail += &format!(" INHERITS ({})", attrs.inherits.iter().map(|it| sql::path(it)).collect::<Vec<_>>().join(", "));
    }
    if let Some(key) = &attrs.partition_key {
        tail += &format!(" PARTITION BY {key}");
    }
    if let Some(server) = &attrs.server {
        tail += &format!(" SERVER {}", sql::name(server));
        tail += &super::foreign_options::list(&attrs.foreign_options);
    }
    if let Some(method) = &attrs.access_method {
        tail += &format!(" USING {}", sql::name(method));
    }
    let options = [storage_options::list(&attrs.options, ""), storage_options::list(&attrs.toast_options, "toast.")];
    let options: Vec<String> = options.into_iter().filter(|it| !it.is_empty()).collect();
    if !options.is_empty() {
        tail += &format!(" WITH ({})", options.join(", "));
    }
    if let Some(space) = &attrs.tablespace {
        tail += &format!(" TABLESPACE {}", sql::name(space));
    }
    tail
}

fn typed(old: &Attrs, new: &Attrs) -> Vec<String> {
    if old.of_type == new.of_type {
        return Vec::new();
    }
    vec![new.of_type.as_ref().map_or("NOT OF".to_owned(), |it| format!("OF {it}"))]
}

/// The clause that switches row security, by the verbs for on and off.
fn row_security(old: bool, new: bool, verbs: [&str; 2]) -> impl Iterator<Item = String> {
    (old != new).then(|| format!("{} ROW LEVEL SECURITY", verbs[usize::from(!new)])).into_iter()
}
