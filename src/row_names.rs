//! The names that a query gives to the columns of a table or of a function's rows, `public.t q(x, y)`.
//!
//! They count columns, and PostgreSQL prints one for every column, in the order of the table's columns (14 to 18: `ruleutils.c`,
//! `get_column_alias_list`). On a table whose columns stand in another order they would name others, and say so in no way. So a
//! [`Catalog`] says which column each of them means, `public.t q(a => x, b => y)`, without those that are the columns' own; what a
//! statement is written from counts again, in the order in which the columns stand where it runs.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde_json::Value;

use crate::catalog::{Catalog, Id, Object};
use crate::kinds::Verb;
use crate::source::lexer::{Kind, Lexer, Token};
use crate::sql;

/// Between a column and the name that it gets.
const MEANS: &str = " => ";

/// The column that `WITH ORDINALITY` adds.
const ORDINALITY: &str = "ordinality";

/// Says of every name which column it means.
pub fn by_column(catalog: &mut Catalog) {
    let all = sources(catalog, |_, column| (false, position(column)));
    rewrite(catalog, &all, &Source::said);
}

/// Both states, with names that count the columns as they stand when an object comes or changes. That is when all columns have come
/// and gone: so they count the same on a table whose columns a rollback brought back, last.
pub struct Placed<'a> {
    /// The state before.
    pub from: Cow<'a, Catalog>,
    /// The state after.
    pub to: Cow<'a, Catalog>,
    /// Objects that come or change, and the columns that come or go before.
    pub after: Vec<(Id, Id)>,
    /// Objects that change and stand on such columns that go: they go before, and come again.
    pub between: Vec<Id>,
}

/// Counts the columns on the way from one state to the other.
pub fn by_place<'a>(from: &'a Catalog, to: &'a Catalog, changes: &BTreeMap<Id, Verb>) -> Placed<'a> {
    let mut placed = Placed { from: Cow::Borrowed(from), to: Cow::Borrowed(to), after: Vec::new(), between: Vec::new() };
    if ![from, to].iter().any(|state| state.objects.values().any(|it| says_columns(&it.attrs))) {
        return placed;
    }
    let comes = |id: &Id| matches!(changes.get(id), Some(Verb::Create | Verb::Rebuild));
    // Those that are there come first.
    let all = sources(to, |row, it| match from.get(&it.id).filter(|it| !comes(row) && !comes(&it.id)) {
        Some(it) => (false, position(it)),
        None => (true, position(it)),
    });
    rewrite(placed.from.to_mut(), &all, &Source::counted);
    for (reader, row) in rewrite(placed.to.to_mut(), &all, &Source::counted) {
        let Some(verb) = changes.get(&reader) else { continue };
        let columns = from.belonging(&row).chain(to.belonging(&row)).map(|it| &it.id);
        let moving =
            columns.filter(|it| matches!(it.kind.as_str(), "column" | "attribute") && changes.get(it) != Some(&Verb::Alter));
        let moving: BTreeSet<&Id> = moving.filter(|it| changes.contains_key(it)).collect();
        if *verb == Verb::Alter && needs(from, &reader).any(|it| moving.contains(it)) {
            placed.between.push(reader.clone());
        }
        placed.after.extend(moving.into_iter().map(|it| (reader.clone(), it.clone())));
    }
    placed
}

fn position(column: &Object) -> i64 {
    column.attrs.get("_position").and_then(Value::as_i64).unwrap_or_default()
}

fn says_columns(attrs: &Value) -> bool {
    match attrs {
        Value::String(text) => text.contains(MEANS),
        Value::Array(items) => items.iter().any(says_columns),
        Value::Object(fields) => fields.values().any(says_columns),
        _ => false,
    }
}

/// What is printed of a table or of a function before the names of its rows' columns, and its columns in order.
struct Source {
    /// The name of the table; of a function with the bracket that opens its arguments.
    lead: String,
    columns: Vec<String>,
    /// The table or the type that has them.
    row: Id,
}

/// By the objects that may stand in a query: tables, and functions that return rows of a table or a composite type.
fn sources(catalog: &Catalog, place: impl Fn(&Id, &Object) -> (bool, i64)) -> BTreeMap<Id, Source> {
    let columns = |row: &Id| {
        let part = if row.kind == "table" { "column" } else { "attribute" };
        let mut columns: Vec<&Object> = catalog.children(row, part).collect();
        columns.sort_by_key(|it| place(row, it));
        columns.into_iter().map(|it| sql::name(it.name(2))).collect()
    };
    let tables = catalog
        .of_kind("table")
        .map(|it| (it.id.clone(), Source { lead: sql::path(&it.id.path), columns: columns(&it.id), row: it.id.clone() }));
    let function = |it: &Object| {
        let returns = it.attrs.get("returns")?.as_str()?;
        let is_row = |it: &&Id| matches!(it.kind.as_str(), "table" | "composite_type") && sql::path(&it.path) == returns;
        let row = catalog.needs(&it.id).find(is_row)?;
        let (_, name) = it.id.path.split_last()?;
        Some((it.id.clone(), Source { lead: format!("{}(", sql::path(name)), columns: columns(row), row: row.clone() }))
    };
    tables.chain(catalog.of_kind("function").filter_map(function)).collect()
}

/// What becomes of the names in one list; nothing where it is left as it is.
type Rewritten<'a> = &'a dyn Fn(&Source, &List<'_>) -> Option<String>;

/// Rewrites every expression that may read of such sources. Returns in which object, and whose columns are named there.
fn rewrite(catalog: &mut Catalog, sources: &BTreeMap<Id, Source>, rewritten: Rewritten<'_>) -> Vec<(Id, Id)> {
    let read = |id: &Id| {
        let needs = needs(catalog, id).flat_map(|it| [Some(it), catalog.get(it).and_then(|it| it.parent.as_ref())]).flatten();
        needs.filter(|it| *it != id).filter_map(|it| sources.get_key_value(it)).collect::<BTreeMap<_, _>>()
    };
    let readers = catalog.objects.values().filter(|it| may_read(&it.attrs)).map(|it| (it.id.clone(), read(&it.id)));
    let readers: Vec<(Id, BTreeMap<&Id, &Source>)> = readers.filter(|it| !it.1.is_empty()).collect();
    let mut found = Vec::new();
    for (id, sources) in readers {
        let Some(object) = catalog.objects.get_mut(&id) else { continue };
        let is_text = object.attrs.get("body").is_some_and(Value::is_null);
        let named = sources.into_values().filter(|it| rewrite_all(&mut object.attrs, it, is_text, rewritten));
        found.extend(named.map(|it| (id.clone(), it.row.clone())));
    }
    found
}

/// What an object needs by itself and by the columns of a view.
fn needs<'a>(catalog: &'a Catalog, id: &'a Id) -> impl Iterator<Item = &'a Id> {
    let parts = catalog.belonging(id).filter(|it| it.id.kind == "view_column").map(|it| &it.id);
    std::iter::once(id).chain(parts).flat_map(|it| catalog.needs(it))
}

/// Whether a query may stand in these attributes.
fn may_read(attrs: &Value) -> bool {
    match attrs {
        Value::String(text) => text.contains("FROM ") || text.contains("MERGE "),
        Value::Array(items) => items.iter().any(may_read),
        Value::Object(fields) => fields.values().any(may_read),
        _ => false,
    }
}

/// Says whether anything was. The text of a body that PostgreSQL does not read is left as it is.
fn rewrite_all(attrs: &mut Value, source: &Source, is_text: bool, rewritten: Rewritten<'_>) -> bool {
    let is_read = |name: &str| !(matches!(name, "source" | "comment" | "label") || is_text && name == "_definition");
    match attrs {
        Value::String(text) => match source.rewrite(text, rewritten) {
            Some(new) => {
                *text = new;
                true
            }
            None => false,
        },
        Value::Array(items) => {
            items.iter_mut().filter_map(|it| rewrite_all(it, source, is_text, rewritten).then_some(())).count() > 0
        }
        Value::Object(fields) => {
            let read = fields.iter_mut().filter(|it| is_read(it.0));
            read.filter_map(|it| rewrite_all(it.1, source, is_text, rewritten).then_some(())).count() > 0
        }
        _ => false,
    }
}

/// The names in brackets that follow a table or a call.
struct List<'a> {
    range: Range<usize>,
    names: Vec<&'a str>,
    /// `WITH ORDINALITY` gives one column more.
    is_numbered: bool,
}

impl Source {
    fn rewrite(&self, text: &str, rewritten: Rewritten<'_>) -> Option<String> {
        let continues = |it: &str| it.ends_with(|it: char| it.is_alphanumeric() || matches!(it, '_' | '$' | '"' | '.'));
        let found = text.match_indices(&self.lead).filter(|it| !continues(&text[..it.0]));
        let lists = found.filter_map(|it| self.list(text, it.0 + it.1.len()));
        let mut left = String::new();
        let mut end = 0;
        for (list, new) in lists.filter_map(|it| Some((it.range.clone(), rewritten(self, &it)?))) {
            left += &text[end..list.start];
            left += &new;
            end = list.end;
        }
        (end > 0).then(|| left + &text[end..])
    }

    /// The list that follows at `offset`. Its bracket follows a name without a space, as in no other place of what PostgreSQL prints.
    fn list<'a>(&self, text: &'a str, offset: usize) -> Option<List<'a>> {
        let mut tokens = Lexer::new(text);
        tokens.offset = offset;
        let is_call = self.lead.ends_with('(');
        if is_call {
            entries(text, &mut tokens)?;
        }
        let rest = &text[tokens.offset..];
        let numbered = rest.strip_prefix(" WITH ORDINALITY").filter(|_| is_call);
        tokens.offset += numbered.map_or(0, |it| rest.len() - it.len());
        if text[tokens.offset..].starts_with(' ') {
            tokens.next().filter(|it| matches!(it.kind, Kind::Word | Kind::Name))?;
        } else if is_call {
            return None;
        }
        let start = tokens.offset;
        text[start..].starts_with('(').then(|| tokens.next())?;
        let names = entries(text, &mut tokens)?;
        Some(List { range: start..tokens.offset, names, is_numbered: numbered.is_some() })
    }

    /// `(a => x, b => y)`: which column each name means, without what says nothing. One that came later may have none.
    fn said(&self, list: &List<'_>) -> Option<String> {
        let (ordinality, names) =
            list.names.split_last().filter(|_| list.is_numbered).map_or((None, &list.names[..]), |it| (Some(it.0), it.1));
        if names.len() > self.columns.len() || list.names.iter().any(|it| !is_name(it)) {
            return None;
        }
        let all = self.columns.iter().map(String::as_str).zip(names).chain(ordinality.map(|it| (ORDINALITY, it)));
        let named: BTreeSet<String> =
            all.filter(|it| it.0 != *it.1).map(|(column, name)| format!("{column}{MEANS}{name}")).collect();
        let named: Vec<String> = named.into_iter().collect();
        Some(if named.is_empty() { String::new() } else { format!("({})", named.join(", ")) })
    }

    /// `(x, y)`: names up to the last that is another than the column's own.
    fn counted(&self, list: &List<'_>) -> Option<String> {
        let named: BTreeMap<&str, &str> = list.names.iter().map(|it| it.split_once(MEANS)).collect::<Option<_>>()?;
        let all = self.columns.iter().map(String::as_str).chain(list.is_numbered.then_some(ORDINALITY));
        let names: Vec<(bool, &str)> = all.map(|it| named.get(it).map_or((false, it), |it| (true, *it))).collect();
        let last = names.iter().rposition(|it| it.0)?;
        let names: Vec<&str> = names[..=last].iter().map(|it| it.1).collect();
        Some(format!("({})", names.join(", ")))
    }
}

fn is_name(text: &str) -> bool {
    let mut tokens = Lexer::new(text);
    let is_whole = |it: &Token| matches!(it.kind, Kind::Word | Kind::Name) && it.range == (0..text.len());
    tokens.next().is_some_and(|it| is_whole(&it))
}

/// What stands between the commas up to the bracket that closes.
fn entries<'a>(text: &'a str, tokens: &mut Lexer<'a>) -> Option<Vec<&'a str>> {
    let (mut depth, mut start, mut entries) = (1, tokens.offset, Vec::new());
    while depth > 0 {
        let token = tokens.next()?.range;
        match &text[token.clone()] {
            "(" => depth += 1,
            ")" => depth -= 1,
            "," if depth == 1 => {}
            _ => continue,
        }
        if depth == 0 || depth == 1 && &text[token.clone()] == "," {
            entries.push(text[start..token.start].trim());
            start = token.end;
        }
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(lead: &str, columns: &[&str]) -> Source {
        let row = Id::new("table", &["public".to_owned(), "t".to_owned()]);
        Source { lead: lead.to_owned(), columns: columns.iter().map(|it| (*it).to_owned()).collect(), row }
    }

    #[test]
    fn names_of_a_functions_rows_that_are_the_columns_own_are_left_out() {
        let named = source("public.f(", &["id", "\"a b\""]);
        let said = |text: &str| named.rewrite(text, &Source::said);
        let twice = "FROM public.f(')', 1) f(id, \"a b\"), LATERAL public.f((1)) WITH ORDINALITY g(id, \"a b\", ordinality)";
        assert_eq!(said(twice).as_deref(), Some("FROM public.f(')', 1) f, LATERAL public.f((1)) WITH ORDINALITY g"));
        assert_eq!(said("FROM public.f() f(id)").as_deref(), Some("FROM public.f() f"));
        assert_eq!(said("FROM public.f() f(x, y)").as_deref(), Some("FROM public.f() f(\"a b\" => y, id => x)"));
        assert_eq!(said("FROM other.public.f() f(id, \"a b\")"), None);
        assert_eq!(said("SELECT public.f()"), None);
    }

    #[test]
    fn names_follow_their_columns_to_another_order() {
        let (here, there) = (source("public.t", &["a", "b", "c"]), source("public.t", &["c", "a", "b"]));
        let text = "FROM ONLY public.t q(x, y, c) JOIN public.t(a, b, z) ON (true)";
        let said = here.rewrite(text, &Source::said).unwrap_or_default();
        assert_eq!(said, "FROM ONLY public.t q(a => x, b => y) JOIN public.t(c => z) ON (true)");
        assert_eq!(here.rewrite(&said, &Source::said), None);
        let counted = there.rewrite(&said, &Source::counted);
        assert_eq!(counted.as_deref(), Some("FROM ONLY public.t q(c, x, y) JOIN public.t(z) ON (true)"));
    }

    #[test]
    fn other_brackets_are_left_alone() {
        let table = source("public.t", &["a", "b"]);
        for text in
            ["INSERT INTO public.t (a, b)", "INSERT INTO public.t AS t (a, b)", "FROM public.t WHERE (a)", "FROM public.t2(a, b)"]
        {
            assert_eq!(table.rewrite(text, &Source::said), None, "{text}");
        }
    }
}
