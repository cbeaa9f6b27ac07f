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
use crate::kinds::{Verb, row};
use crate::source::lexer::{Kind, Lexer, Token};
use crate::sql;

/// Between a column and the name that it gets.
const MEANS: &str = " => ";

/// The column that `WITH ORDINALITY` adds.
const ORDINALITY: &str = "ordinality";

/// Says of every name which column it means.
pub fn by_column(catalog: &mut Catalog) {
    let readers = readers(catalog, |it| it.contains("FROM ") || it.contains("MERGE "));
    let sources = sources(&readers, catalog, |_, column| (false, column.position()));
    rewrite(catalog, &readers, &sources, &Source::said);
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
    let [old, new] = [from, to].map(|it| readers(it, |it| it.contains(MEANS)));
    if old.is_empty() && new.is_empty() {
        return placed;
    }
    let comes = |id: &Id| changes.get(id).is_some_and(|it| it.comes());
    // Those that are there come first.
    let place = |row: &Id, it: &Object| match from.get(&it.id).filter(|it| !comes(row) && !comes(&it.id)) {
        Some(it) => (false, it.position()),
        None => (true, it.position()),
    };
    rewrite(placed.from.to_mut(), &old, &sources(&old, to, place), &Source::counted);
    for (reader, row) in rewrite(placed.to.to_mut(), &new, &sources(&new, to, place), &Source::counted) {
        let Some(verb) = changes.get(&reader) else { continue };
        let columns = from.belonging(&row).chain(to.belonging(&row)).map(|it| &it.id);
        let moves = |it: &Id| changes.get(it).is_some_and(|it| *it != Verb::Alter);
        let moving: BTreeSet<&Id> =
            columns.filter(|it| matches!(it.kind.as_str(), "column" | "attribute") && moves(it)).collect();
        if *verb == Verb::Alter && needs(from, &reader).any(|it| moving.contains(it)) {
            placed.between.push(reader.clone());
        }
        placed.after.extend(moving.into_iter().map(|it| (reader.clone(), it.clone())));
    }
    placed
}

/// The same text as SQL that can be parsed, without the columns that its names mean.
pub fn parsable(text: &str) -> String {
    let is_part = |it: &char| it.is_alphanumeric() || matches!(it, '_' | '$');
    let mut pieces: Vec<String> = text.split(MEANS).map(str::to_owned).collect();
    let last = pieces.len().saturating_sub(1);
    for piece in &mut pieces[..last] {
        let is_quoted = piece.ends_with('"');
        let end = piece.len() - usize::from(is_quoted);
        let length = piece[..end].chars().rev().take_while(|it| if is_quoted { *it != '"' } else { is_part(it) });
        piece.truncate(end - length.map(char::len_utf8).sum::<usize>() - usize::from(is_quoted && end > 0));
    }
    pieces.concat()
}

/// Objects in whose attributes such a text stands, each with all that it needs and what those are part of.
fn readers(catalog: &Catalog, is_such: fn(&str) -> bool) -> BTreeMap<Id, BTreeSet<Id>> {
    let read = |id: &Id| {
        let needs = needs(catalog, id).flat_map(|it| [Some(it), catalog.get(it).and_then(|it| it.parent.as_ref())]).flatten();
        needs.filter(|it| *it != id).cloned().collect()
    };
    let readers = catalog.objects.values().filter(|it| any_text(&it.attrs, is_such));
    readers.map(|it| (it.id.clone(), read(&it.id))).collect()
}

/// What an object needs by itself and by the columns of a view.
fn needs<'a>(catalog: &'a Catalog, id: &'a Id) -> impl Iterator<Item = &'a Id> {
    let parts = catalog.belonging(id).filter(|it| it.id.kind == "view_column").map(|it| &it.id);
    std::iter::once(id).chain(parts).flat_map(|it| catalog.needs(it))
}

fn any_text(attrs: &Value, is_such: fn(&str) -> bool) -> bool {
    match attrs {
        Value::String(text) => is_such(text),
        Value::Array(items) => items.iter().any(|it| any_text(it, is_such)),
        Value::Object(fields) => fields.values().any(|it| any_text(it, is_such)),
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

/// What of all that is read may stand in a query with its columns named: tables, and functions that return rows of a table or a
/// composite type.
fn sources<'a>(
    readers: &'a BTreeMap<Id, BTreeSet<Id>>,
    catalog: &Catalog,
    place: impl Fn(&Id, &Object) -> (bool, Option<i64>),
) -> BTreeMap<&'a Id, Source> {
    let source = |row: &Id, lead: String| {
        let mut columns: Vec<&Object> = row::parts(row, catalog).collect();
        columns.sort_by_key(|it| place(row, it));
        Source { lead, columns: columns.into_iter().map(|it| sql::name(it.name(2))).collect(), row: row.clone() }
    };
    let of_function = |it: &Object| {
        let returns = it.attrs.get("returns")?.as_str()?;
        let is_row = |it: &&Id| row::is_one(it) && sql::path(&it.path) == returns;
        let row = catalog.needs(&it.id).find(is_row)?;
        let (_, name) = it.id.path.split_last()?;
        Some(source(row, format!("{}(", sql::path(name))))
    };
    let known = |it: &Id| match it.kind.as_str() {
        "table" => catalog.get(it).map(|it| source(&it.id, sql::path(&it.id.path))),
        "function" => catalog.get(it).and_then(of_function),
        _ => None,
    };
    let read: BTreeSet<&Id> = readers.values().flatten().collect();
    read.into_iter().filter_map(|it| Some((it, known(it)?))).collect()
}

/// What becomes of the names in one list; nothing where it is left as it is.
type Rewritten<'a> = &'a dyn Fn(&Source, &List<'_>) -> Option<String>;

/// Rewrites the expressions of the readers. Returns in which object, and whose columns are named there.
fn rewrite(
    catalog: &mut Catalog,
    readers: &BTreeMap<Id, BTreeSet<Id>>,
    sources: &BTreeMap<&Id, Source>,
    rewritten: Rewritten<'_>,
) -> Vec<(Id, Id)> {
    let mut found = Vec::new();
    for (id, read) in readers {
        let Some(object) = catalog.objects.get_mut(id) else { continue };
        let is_text = object.attrs.get("body").is_some_and(Value::is_null);
        for source in read.iter().filter_map(|it| sources.get(it)) {
            if rewrite_all(&mut object.attrs, source, is_text, rewritten) {
                found.push((id.clone(), source.row.clone()));
            }
        }
    }
    found
}

/// Says whether anything was rewritten. The text of a body that PostgreSQL does not read is left as it is.
fn rewrite_all(attrs: &mut Value, source: &Source, is_text: bool, rewritten: Rewritten<'_>) -> bool {
    let is_read = |name: &str| !(matches!(name, "source" | "comment" | "label") || is_text && name == "_definition");
    let mut any = false;
    match attrs {
        Value::String(text) => {
            if let Some(new) = source.rewrite(text, rewritten) {
                *text = new;
                any = true;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|it| any |= rewrite_all(it, source, is_text, rewritten)),
        Value::Object(fields) => {
            let read = fields.iter_mut().filter(|it| is_read(it.0));
            read.for_each(|it| any |= rewrite_all(it.1, source, is_text, rewritten));
        }
        _ => {}
    }
    any
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
    fn what_names_mean_is_no_sql() {
        assert_eq!(parsable("FROM t q(a => x, \"b c\" => y)"), "FROM t q(x, y)");
        assert_eq!(parsable("\" => "), "");
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
