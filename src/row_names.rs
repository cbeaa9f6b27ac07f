//! The names that PostgreSQL prints for the columns of a function's rows, left out where they are the columns' own.
//!
//! Of a function that returns rows of a table it prints all of them, `f() f(id, note)`, in the order of the table's columns (14 to 18).
//! On a table whose columns stand in another order they would name others, and say so in no way.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::Value;

use crate::catalog::{Catalog, Id, Object};
use crate::source::lexer::Lexer;
use crate::sql;

/// Leaves them out of whatever calls such a function.
pub fn left_out(catalog: &mut Catalog) {
    let named: BTreeMap<Id, Named> =
        catalog.of_kind("function").filter_map(|it| Some((it.id.clone(), named(it, catalog)?))).collect();
    if named.is_empty() {
        return;
    }
    let calls = |id: &Id| catalog.needs(id).filter_map(|it| named.get(it)).collect::<Vec<_>>();
    let callers = catalog.objects.keys().map(|it| (it.clone(), calls(it))).filter(|it| !it.1.is_empty());
    let callers: Vec<(Id, Vec<&Named>)> = callers.collect();
    for (id, calls) in callers {
        if let Some(object) = catalog.objects.get_mut(&id) {
            let is_text = object.attrs.get("body").is_some_and(Value::is_null);
            calls.iter().for_each(|it| rewrite(&mut object.attrs, it, is_text));
        }
    }
}

/// What is printed of a function and of the columns of its rows.
struct Named {
    call: String,
    columns: Vec<String>,
}

fn named(function: &Object, catalog: &Catalog) -> Option<Named> {
    let returns = function.attrs.get("returns")?.as_str()?;
    let is_row = |it: &&Id| matches!(it.kind.as_str(), "table" | "composite_type") && sql::path(&it.path) == returns;
    let row = catalog.needs(&function.id).find(is_row)?;
    let part = if row.kind == "table" { "column" } else { "attribute" };
    let mut columns: Vec<&Object> = catalog.children(row, part).collect();
    columns.sort_by_key(|it| it.attrs.get("_position").and_then(Value::as_i64));
    let columns = columns.iter().map(|it| sql::name(it.name(2))).collect();
    let (_, name) = function.id.path.split_last()?;
    Some(Named { call: format!("{}(", sql::path(name)), columns })
}

/// Rewrites every expression; the text of a body that PostgreSQL does not read is left as it is.
fn rewrite(attrs: &mut Value, named: &Named, is_text: bool) {
    match attrs {
        Value::String(text) => {
            if let Some(rewritten) = rewritten(text, named) {
                *text = rewritten;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|it| rewrite(it, named, is_text)),
        Value::Object(fields) => fields
            .iter_mut()
            .filter(|(name, _)| !(matches!(name.as_str(), "source" | "comment" | "label") || is_text && *name == "_definition"))
            .for_each(|(_, it)| rewrite(it, named, is_text)),
        _ => {}
    }
}

fn rewritten(text: &str, named: &Named) -> Option<String> {
    let continues = |it: &str| it.ends_with(|it: char| it.is_alphanumeric() || matches!(it, '_' | '$' | '"' | '.'));
    let calls = text.match_indices(&named.call).filter(|it| !continues(&text[..it.0]));
    let lists = calls.filter_map(|it| list(text, it.0 + it.1.len(), &named.columns));
    let mut left = String::new();
    let mut end = 0;
    for list in lists {
        left += &text[end..list.start];
        end = list.end;
    }
    (end > 0).then(|| left + &text[end..])
}

/// Where the names stand that follow the arguments of a call, if they are those of the columns; one that came later is not among them.
fn list(text: &str, arguments: usize, columns: &[String]) -> Option<Range<usize>> {
    let mut tokens = Lexer::new(text);
    tokens.offset = arguments;
    let mut depth = 1;
    while depth > 0 {
        match &text[tokens.next()?.range] {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
    }
    let rest = &text[tokens.offset..];
    let numbered = rest.strip_prefix(" WITH ORDINALITY");
    tokens.offset += numbered.map_or(0, |it| rest.len() - it.len());
    let start = tokens.next()?.range.end;
    let inside = text[start..].strip_prefix('(')?;
    let names = &inside[..inside.find(')')?];
    let all: Vec<&str> = columns.iter().map(String::as_str).collect();
    let said = if numbered.is_some() { names.strip_suffix(", ordinality")? } else { names };
    let are_columns = (1..=all.len()).any(|it| all[..it].join(", ") == said);
    are_columns.then(|| start..start + names.len() + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_names_of_the_columns_are_left_out() {
        let named = Named { call: "public.f(".to_owned(), columns: ["id", "\"a b\""].map(str::to_owned).into() };
        let rewritten = |text: &str| rewritten(text, &named);
        let twice = "FROM public.f(')', 1) f(id, \"a b\"), LATERAL public.f((1)) WITH ORDINALITY g(id, \"a b\", ordinality)";
        assert_eq!(rewritten(twice).as_deref(), Some("FROM public.f(')', 1) f, LATERAL public.f((1)) WITH ORDINALITY g"));
        assert_eq!(rewritten("FROM public.f() f(id)").as_deref(), Some("FROM public.f() f"));
        assert_eq!(rewritten("FROM public.f() f(x, y)"), None);
        assert_eq!(rewritten("FROM other.public.f() f(id, \"a b\")"), None);
        assert_eq!(rewritten("SELECT public.f()"), None);
    }
}
