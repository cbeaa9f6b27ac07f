//! How rows, values and positions are copied into an archive.

use super::brought_back::{bring_back, bring_back_quietly, is_published, quietly};
use super::kept_ahead::Copied;
use super::{Context, Kept, Source, Step, keeper, table};
use crate::catalog::{Id, Object};
use crate::hazard::Hazard;
use crate::sql;

/// A column of a table that is kept.
pub(super) struct Stored<'a> {
    pub(super) name: &'a str,
    pub(super) r#type: &'a str,
    /// The collation of its own.
    pub(super) collation: Option<&'a str>,
}

impl Stored<'_> {
    /// The column in the archive: a type that is not PostgreSQL's own may go, so its values are kept as text; and so may a collation.
    pub(super) fn saved(&self, prefix: &str) -> String {
        let (name, value) = (sql::name(self.name), self.value(prefix, self.name));
        if value == format!("{prefix}{name}") { value } else { format!("{value} AS {name}") }
    }

    /// Its value there, from a column of that name.
    pub(super) fn value(&self, prefix: &str, name: &str) -> String {
        let cast = if self.r#type.contains('.') { "::text" } else { "" };
        let collation = if self.collation().is_some() { " COLLATE pg_catalog.\"default\"" } else { "" };
        format!("{prefix}{}{cast}{collation}", sql::name(name))
    }

    fn restored(&self, prefix: &str) -> String {
        let cast = if self.r#type.contains('.') { format!("::{}", self.r#type) } else { String::new() };
        let collation = self.collation().map_or(String::new(), |it| format!(" COLLATE {it}"));
        format!("{prefix}{}{cast}{collation}", sql::name(self.name))
    }

    /// Its collation, where that is not PostgreSQL's own.
    fn collation(&self) -> Option<&str> {
        self.collation.filter(|it| it.contains('.'))
    }
}

/// What a column that goes has become in the one that took its place: where that was written since, the old value is not brought back.
pub(super) struct Became<'a> {
    /// The column that goes.
    of: &'a str,
    /// The other one.
    pub(super) column: &'a Stored<'a>,
}

impl<'a> Became<'a> {
    fn of(gone: &Stored<'a>, among: &'a [Stored<'a>], column: &Object) -> Option<Became<'a>> {
        let successor = column.attrs.get("_became")?.as_str()?;
        Some(Became { of: gone.name, column: among.iter().find(|it| it.name == successor)? })
    }

    /// What it is called in the archive.
    pub(super) fn name(&self) -> String {
        sql::name(&keeper::cut(self.of, "_became"))
    }

    /// That it still is what it was. Sessions that write times may each be in a zone of their own.
    fn is_same(&self) -> String {
        format!("t.{}::text IS NOT DISTINCT FROM a.{}::text", sql::name(self.column.name), self.name())
    }
}

impl Stored<'_> {
    /// Its type and collation in the archive, where they are PostgreSQL's own.
    pub(super) fn definition(&self) -> String {
        let own = |it: &&str| !it.contains('.') || it.starts_with("pg_catalog.");
        let collation = self.collation.filter(own).map_or(String::new(), |it| format!(" COLLATE {it}"));
        format!("{}{collation}", if self.r#type.contains('.') { "text" } else { self.r#type })
    }

    /// That a row's value is another than the one that rows get by themselves, as far as that is a literal.
    fn written(&self, table: &[String], context: &Context<'_>) -> String {
        let id = Id::new("default_value", &[table[0].as_str(), table[1].as_str(), self.name]);
        let default = context.from.get(&id).and_then(|it| it.attrs.get("expression")?.as_str());
        let default = default.filter(|it| is_literal(it)).map_or("NULL".to_owned(), |it| format!("({it})::{}", self.r#type));
        format!("{}::text IS DISTINCT FROM {default}::text", sql::name(self.name))
    }
}

/// Whether an expression is a number, a word or a string, perhaps with a cast.
fn is_literal(expression: &str) -> bool {
    let body = expression.split("::").next().unwrap_or_default();
    let text = body.strip_prefix('\'').and_then(|it| it.strip_suffix('\''));
    match text {
        Some(it) => !it.replace("''", "").contains('\''),
        None => body == "true" || body == "false" || body.parse::<f64>().is_ok(),
    }
}

/// The columns of a table that hold what was stored, in their order.
fn stored<'a>(table: &[String], context: &Context<'a>) -> Vec<Stored<'a>> {
    let mut columns: Vec<(Option<i64>, Stored<'a>)> = context
        .from
        .within("column", table)
        .filter(|it| it.attrs.get("generated").is_none())
        .filter_map(|it| {
            let r#type = it.attrs.get("type")?.as_str()?;
            let collation = it.attrs.get("collation").and_then(serde_json::Value::as_str);
            Some((it.position(), Stored { name: it.name(2), r#type, collation }))
        })
        .collect();
    columns.sort_by_key(|it| it.0);
    columns.into_iter().map(|it| it.1).collect()
}

/// `ONLY public.t`, so that no child's rows are taken twice; a partitioned table has rows in its partitions only.
pub(super) fn target(table: &[String], context: &Context<'_>) -> String {
    only(table, table, context)
}

/// The same under the name that it still has.
pub(super) fn live_target(table: &[String], context: &Context<'_>) -> String {
    only(table, &context.reading.was(&Id::new("table", table)).path, context)
}

fn only(table: &[String], name: &[String], context: &Context<'_>) -> String {
    let attrs = context.from.get(&Id::new("table", table)).map(|it| &it.attrs);
    let partitioned = attrs.is_some_and(|it| it.get("kind").is_some_and(|it| it == "p"));
    format!("{}{}", if partitioned { "" } else { "ONLY " }, sql::path(name))
}

/// The copy, under the lock that is taken afterwards anyway: from a weaker one to that no way leads past who has read the table and waits
/// to write. Nobody does so with a table that goes: while a large one is copied, who still reads it goes on.
fn copy(table: &[String], select: &str, archive: &str, context: &Context<'_>) -> Vec<Step> {
    let (id, name) = (Id::new("table", table), sql::path(table));
    let is_read = context.is_dropped(&id) && context.sizes.is_large(&id);
    let lock = Step::new(if is_read { format!("LOCK TABLE {name} IN SHARE MODE") } else { sql::lock(&name) });
    let copy = Step::new(format!("CREATE TABLE {archive} AS {select}")).risks(Hazard::Scans(name));
    vec![lock, whole(copy, table, context)]
}

/// What it risks to copy rows of a table, or to fill them: row security that is forced on its owner may hide some.
fn hidden(table: &[String], context: &Context<'_>) -> Option<Hazard> {
    table::forces_row_security(&Id::new("table", table), context.from).then(|| Hazard::NeedsAllRows(sql::path(table)))
}

/// A step that copies or fills rows of a table, with that risk.
pub(super) fn whole(step: Step, table: &[String], context: &Context<'_>) -> Step {
    hidden(table, context).into_iter().fold(step, Step::risks)
}

/// Whether a part of a column comes back with it to a table that stands: then the values come first.
pub(super) fn comes_back(part: &Object, context: &Context<'_>) -> bool {
    context.tolerant && !context.is_created(&Id::new("table", &part.id.path[..2]))
}

/// The relations that hold the rows of a table which go with it, each as it stands in a query: foreign partitions hold others' rows.
fn holding(table: &[String], context: &Context<'_>) -> Vec<String> {
    let leaves = super::partition::leaves(context.from, table);
    let foreign = |it: &Vec<String>| context.from.get(&Id::new("table", it)).is_some_and(|it| it.attrs.get("server").is_some());
    if !leaves.iter().any(foreign) {
        return vec![target(table, context)];
    }
    leaves.iter().filter(|it| !foreign(it)).map(|it| format!("ONLY {}", sql::path(it))).collect()
}

/// All rows of a table.
pub(super) fn rows(object: &Object, archive: &str, context: &Context<'_>) -> Option<Kept> {
    let table = &object.id.path;
    let (columns, holding) = (stored(table, context), holding(table, context));
    if holding.is_empty() {
        return None;
    }
    let select = |from: &String| format!("SELECT {} FROM {from}", list(&columns, ", ", |it| it.saved("")));
    let select = list(&holding, " UNION ALL ", select);
    let insert = format!(
        "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {archive}",
        sql::path(table),
        list(&columns, ", ", |it| sql::name(it.name)),
        list(&columns, ", ", |it| it.restored(""))
    );
    let insert = if columns.is_empty() { format!("INSERT INTO {} SELECT FROM {archive}", sql::path(table)) } else { insert };
    let after = std::iter::once(object.id.clone()).chain(super::partition::below(context.from, table));
    Some(Kept {
        save: copy(table, &select, archive, context),
        restore: vec![whole(bring_back(archive, &insert), table, context)],
        after: after.collect(),
        anew: false,
        early: true,
        source: Some(Source {
            table: table.clone(),
            columns: Vec::new(),
            select,
            written: String::new(),
            hidden: hidden(table, context),
        }),
        replaces: Vec::new(),
        ahead: None,
        heir: None,
    })
}

/// The values of all columns that a table loses, kept with the first of them: by the primary key where it stays, else by all other
/// columns, rows that are alike in their order.
pub(super) fn values(object: &Object, archive: &str, context: &Context<'_>) -> Option<Kept> {
    let table = &object.id.path[..2];
    let mut columns = stored(table, context);
    let id = |name: &str| Id::new("column", &[table[0].as_str(), table[1].as_str(), name]);
    // What its successor has is not kept, and so not what stands for the others.
    let is_elsewhere = |it: &Id| context.is_dropped(it) && context.from.get(it).is_some_and(super::column::is_elsewhere);
    columns.retain(|it| !is_elsewhere(&id(it.name)));
    let (gone, others): (Vec<_>, Vec<_>) = columns.iter().partition(|it| context.is_dropped(&id(it.name)));
    if gone.first()?.name != object.name(2) {
        return None;
    }
    let after = gone.iter().map(|it| id(it.name)).collect();
    let target = target(table, context);
    let became: Vec<Became<'_>> =
        gone.iter().filter_map(|it| Became::of(it, &columns, context.from.get(&id(it.name))?)).collect();
    let saved = became.iter().map(|it| format!("{} AS {}", it.column.value("", it.column.name), it.name()));
    let saved = gone.iter().map(|it| it.saved("")).chain(saved).collect::<Vec<_>>().join(", ");
    let set = list(&gone, ", ", |it| {
        let (name, value) = (sql::name(it.name), it.restored("a."));
        let same = became.iter().find(|became| became.of == it.name).map(Became::is_same);
        same.map_or(format!("{name} = {value}"), |same| format!("{name} = CASE WHEN {same} THEN {value} ELSE t.{name} END"))
    });
    let others: Vec<&Stored<'_>> = others.into_iter().collect();
    let by = By::of(table, &others, &[], ["", ""], context);
    let select = format!("SELECT {}, {saved} FROM {target}", by.select);
    let update = format!("UPDATE {target} AS t SET {set} FROM {archive} AS a{} WHERE {}", by.beside, by.same);
    let written = list(&gone, " OR ", |it| it.written(table, context));
    let columns = gone.iter().map(|it| it.name.to_owned()).collect();
    let of_key = others.iter().copied().filter(|it| by.key.iter().any(|name| name == it.name));
    let noted: Vec<&Stored<'_>> = of_key.chain(gone.iter().copied()).collect();
    let kept = Kept {
        save: copy(table, &select, archive, context),
        restore: vec![whole(bring_back_quietly(table, archive, &update, context), table, context)],
        after,
        anew: false,
        early: true,
        source: Some(Source { table: table.to_vec(), columns, select, written, hidden: hidden(table, context) }),
        replaces: Vec::new(),
        ahead: None,
        heir: None,
    };
    let copied = Copied { table, column: object.name(2), archive, noted: &noted, became: &became, key: &by.key };
    let Some((ahead, ends)) = copied.ahead(context) else { return Some(kept) };
    let update = format!("UPDATE {target} AS t SET {set} FROM {} AS a WHERE {}", copied.newest(), by.same);
    let restore = quietly(table, archive, &update, "", is_published(context));
    Some(Kept { save: ends, restore: vec![whole(restore, table, context)], ahead: Some(ahead), early: false, ..kept })
}

/// A column whose values are replaced.
pub(super) struct Replaced<'a> {
    pub(super) column: &'a Object,
    /// That a value does not come back by itself.
    pub(super) lost: String,
    /// What it is after the change and the way back: so that what was written since stays.
    pub(super) became: String,
    /// Whether its new type is there before the migration, so that all that goes is still there when it is kept.
    pub(super) early: bool,
    /// Whether the way back must make its type anew.
    pub(super) anew: bool,
    /// The column that it changes with.
    pub(super) above: Option<Id>,
}

/// The values of all columns of a table that do not come back by themselves: in one copy, as by what each became the rows are told
/// apart where no key does it.
pub(super) fn replaced(table: &[String], archive: &str, all: &[Replaced<'_>], context: &Context<'_>) -> Kept {
    let columns = stored(table, context);
    let is_replaced = |it: &&Stored<'_>| all.iter().any(|replaced| replaced.column.name(2) == it.name);
    let (own, others): (Vec<_>, Vec<_>) = columns.iter().partition(is_replaced);
    let id = |name: &str| Id::new("column", &[table[0].as_str(), table[1].as_str(), name]);
    let early = all.iter().all(|it| it.early);
    // What goes is back before this is brought back.
    let gone = others.iter().map(|it| id(it.name)).filter(|it| early && context.is_dropped(it));
    let above = all.iter().filter_map(|it| it.above.clone());
    let after: Vec<Id> = all.iter().map(|it| it.column.id.clone()).chain(above).chain(gone).collect();
    let target = target(table, context);
    let name = |it: &Replaced<'_>| sql::name(it.column.name(2));
    let own_values = [list(all, ", ", |it| it.became.clone()), list(all, ", ", |it| format!("{}::text", name(it)))];
    let by = By::of(table, &others, &after, [&own_values[0], &own_values[1]], context);
    let nth = |it: &Replaced<'_>| {
        all.iter()
            .position(|one| one.column.id == it.column.id)
            .filter(|it| *it > 0)
            .map_or(String::new(), |it| format!("_{}", it + 1))
    };
    let (became, lost) = (|it: &Replaced<'_>| format!("_became{}", nth(it)), |it: &Replaced<'_>| format!("_lost{}", nth(it)));
    let told = list(all, ", ", |it| format!("{} AS {}, {} AS {}", it.became, became(it), it.lost, lost(it)));
    let saved: Vec<String> = own.iter().map(|it| it.saved("")).collect();
    let values = format!("{}, {}, {told}", by.select, saved.join(", "));
    let select = format!("SELECT * FROM (SELECT {values} FROM {target} AS t) AS t WHERE {}", list(all, " OR ", lost));
    let same = |it: &Replaced<'_>| format!("t.{}::text IS NOT DISTINCT FROM a.{}", name(it), became(it));
    let is_it = |it: &Replaced<'_>| format!("a.{} AND {}", lost(it), same(it));
    let restored =
        |it: &Replaced<'_>| own.iter().find(|own| own.name == it.column.name(2)).map(|it| it.restored("a.")).unwrap_or_default();
    let set = match all {
        [one] => format!("{} = {}", name(one), restored(one)),
        _ => list(all, ", ", |it| format!("{0} = CASE WHEN {1} THEN {2} ELSE t.{0} END", name(it), is_it(it), restored(it))),
    };
    let any = match all {
        [one] => same(one),
        _ => format!("({})", list(all, " OR ", is_it)),
    };
    let update = format!("UPDATE {target} AS t SET {set} FROM {archive} AS a{} WHERE {} AND {any}", by.beside, by.same);
    Kept {
        save: copy(table, &select, archive, context),
        restore: vec![whole(bring_back_quietly(table, archive, &update, context), table, context)],
        after,
        anew: all.iter().any(|it| it.anew),
        early,
        source: None,
        replaces: all.iter().map(|it| it.column.id.clone()).collect(),
        ahead: None,
        heir: None,
    }
}

pub(super) fn list<T>(all: &[T], between: &str, text: impl Fn(&T) -> String) -> String {
    all.iter().map(text).collect::<Vec<_>>().join(between)
}

/// By what the rows of a table are told apart.
struct By {
    /// What is kept of a row to know it by.
    select: String,
    /// What stands beside the table where its rows are looked for.
    beside: String,
    /// That the row `t` is that of the kept values `a`.
    same: String,
    /// The columns of the key, where one does it.
    key: Vec<String>,
}

impl By {
    /// The primary key where it stays as it is, else all columns that do; rows that are alike by their order. `back` are columns that are there again when the rows are looked for; `own` is what else tells a row, when it is kept and
    /// when it is looked for.
    fn of(table: &[String], others: &[&Stored<'_>], back: &[Id], own: [&str; 2], context: &Context<'_>) -> By {
        let id = |name: &str| Id::new("column", &[table[0].as_str(), table[1].as_str(), name]);
        let target = target(table, context);
        let stays = |name: &str| !context.changes.contains_key(&id(name));
        let primary = context.from.within("constraint", table).filter(|it| it.id.path.len() == 3);
        let key = primary.filter_map(super::constraint::key_columns).find(|it| it.iter().all(|name| stays(name)));
        if let Some(key) = key {
            let keys: Vec<&Stored<'_>> = others.iter().copied().filter(|it| key.iter().any(|name| name == it.name)).collect();
            let same = list(&keys, " AND ", |it| format!("t.{} = {}", sql::name(it.name), it.restored("a.")));
            let names = keys.iter().map(|it| it.name.to_owned()).collect();
            return By { select: list(&keys, ", ", |it| it.saved("")), beside: String::new(), same, key: names };
        }
        let there = |it: &&Stored<'_>| stays(it.name) || back.contains(&id(it.name));
        let others: Vec<String> = others.iter().copied().filter(there).map(|it| sql::name(it.name)).collect();
        let [select, again] = own.map(|own| {
            let own = Some(own.to_owned()).filter(|it| !it.is_empty());
            let row = format!("ROW({})::text", others.iter().cloned().chain(own).collect::<Vec<_>>().join(", "));
            format!("{row} AS _row, row_number() OVER (PARTITION BY {row} ORDER BY tableoid, ctid) AS _number")
        });
        let beside = format!(", (SELECT tableoid, ctid, {again} FROM {target}) AS n");
        let same = "t.tableoid = n.tableoid AND t.ctid = n.ctid AND a._row = n._row AND a._number = n._number".to_owned();
        By { select, beside, same, key: Vec::new() }
    }
}
