//! Functions, procedures and window functions (`pg_proc`). PostgreSQL prints the statement; the attributes decide whether
//! `CREATE OR REPLACE` may bring it.

use serde::Deserialize;

use super::{Alteration, Body, Called, Context, Folded, Kind, Likeness, Section, Space, Step, Stub, Verb, keeper, rename, row};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::hazard::Hazard;
use crate::{row_names, source, sql};

pub(super) struct Function;

/// What the decision needs; the rest is only compared.
#[derive(Deserialize)]
struct Attrs {
    kind: String,
    arguments: Vec<Argument>,
    returns: Option<String>,
    returns_set: bool,
    #[serde(rename = "_identity")]
    identity: String,
    #[serde(rename = "_definition")]
    definition: String,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct Argument {
    /// As in `proargmodes`: in, out, inout (`b`), variadic, column of a returned table.
    mode: char,
    name: Option<String>,
    #[serde(rename = "type")]
    of: String,
    default: Option<String>,
}

impl Attrs {
    /// The definition, so that newer versions read the names of its arguments too.
    fn written(&self) -> String {
        let text = self.definition.trim_end();
        let has_late = self.arguments.iter().filter_map(|it| it.name.as_deref()).any(source::is_late);
        if has_late { source::readable(text) } else { text.to_owned() }
    }

    fn inputs(&self) -> impl Iterator<Item = &Argument> {
        self.arguments.iter().filter(|it| it.is_input())
    }
}

impl Argument {
    fn is_input(&self) -> bool {
        matches!(self.mode, 'i' | 'b' | 'v')
    }

    fn is_output(&self) -> bool {
        matches!(self.mode, 'o' | 'b' | 't')
    }

    fn shown(&self) -> String {
        self.name.iter().chain([&self.of]).map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// Whether a caller of `old` finds what it relied on: the name and a default of the same type.
    fn keeps(&self, old: &Argument) -> bool {
        let is_polymorphic = self.of.starts_with("any");
        (old.name.is_none() || old.name == self.name)
            && (old.default.is_none() || old.default == self.default || self.default.is_some() && !is_polymorphic)
    }
}

impl Kind for Function {
    fn name(&self) -> &'static str {
        "function"
    }

    fn query(&self) -> &'static str {
        include_str!("function.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_proc WHERE oid >= 16384")
    }

    fn overloads(&self) -> bool {
        true
    }

    fn name_at(&self, _: &[String]) -> usize {
        1
    }

    fn rename(&self, from: &Id, to: &Id, context: &Context<'_>) -> Vec<Step> {
        let attrs = context.from.get(from).and_then(|it| it.read::<Attrs>().ok());
        let procedure = attrs.filter(|it| it.kind == "p").map(|it| it.identity);
        rename::named(from, to, context, |path| match (&procedure, from.path.last()) {
            (Some(identity), _) => format!("ALTER PROCEDURE {}({identity})", sql::path(path)),
            (None, Some(types)) => format!("ALTER FUNCTION {}({types})", sql::path(path)),
            (None, None) => String::new(),
        })
    }

    fn resembles(&self, old: &Object, _: &Catalog, new: &Object, _: &Catalog) -> Option<Likeness> {
        (old.id.path.last() == new.id.path.last()).then(|| rename::alike(old, new, "arguments and body"))?
    }

    fn section(&self) -> Section {
        Section::Routine
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let step = Step::new(attrs.written().replacen("CREATE OR REPLACE ", "CREATE ", 1));
        if keeper::works_for_one(&object.id, context.to) {
            return Ok(vec![keeper::made(step, context)]);
        }
        Ok(vec![step])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        // By the full list for procedures: their types alone may be read as those of another one's output arguments.
        let step = if attrs.kind == "p" {
            let name = sql::path(object.id.path.get(..2).unwrap_or_default());
            Step::new(format!("DROP PROCEDURE {}{name}({})", context.if_exists(), attrs.identity))
        } else {
            Step::new(format!("DROP FUNCTION {}{}", context.if_exists(), signature(&object.id)))
        };
        if keeper::works_for_one(&object.id, context.from) {
            return Ok(vec![step.anywhere()]);
        }
        Ok(vec![missed(step, &format!("the function {}", signature(&object.id)), object, context)])
    }

    fn alter(&self, from: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        if !is_replaceable(&old, &new) {
            return Ok(Alteration::Rebuild);
        }
        Ok(Alteration::Steps(vec![Step::new(new.written())]))
    }

    /// PostgreSQL reads a row that a body makes or returns with the columns that are there.
    fn awaits(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let (body, returns) = (object.attrs.get("body").and_then(|it| it.as_str()), object.attrs.get("returns"));
        let Some(body) = body else { return Vec::new() };
        let is_made = |row: &&Id| {
            let path = sql::path(&row.path);
            returns.is_some_and(|it| *it == path.as_str()) || body.contains(&format!("::{path}"))
        };
        let rows = context.to.needs(&object.id).filter(|it| row::is_one(it)).filter(is_made);
        rows.flat_map(|it| [context.from, context.to].map(|state| row::parts(it, state)))
            .flatten()
            .map(|it| it.id.clone())
            .collect()
    }

    fn names(&self, object: &Object) -> Vec<String> {
        vec![format!("routine {}", signature(&object.id))]
    }

    fn goes_with(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        context.from.needs(&object.id).filter(|it| it.kind == "shell_type").cloned().collect()
    }

    /// With an empty body in the place of one that PostgreSQL has bound.
    fn stub(&self, object: &Object, catalog: &Catalog) -> Option<Stub> {
        let attrs: Attrs = object.read().ok()?;
        let head = attrs.definition.trim_end().strip_suffix(object.attrs.get("body")?.as_str()?.trim_end())?;
        let mut stub = object.clone();
        stub.attrs["body"] = serde_json::Value::Null;
        stub.attrs["_definition"] = format!("{head}AS $function$$function$").into();
        let types: Vec<&str> =
            attrs.arguments.iter().map(|it| &it.of).chain(&attrs.returns).map(|it| it.trim_end_matches("[]")).collect();
        let is_stated =
            |it: &&Id| super::kind(&it.kind).section() <= Section::Type || types.contains(&sql::path(&it.path).as_str());
        Some(Stub { object: stub, needs: catalog.needs(&object.id).filter(is_stated).cloned().collect() })
    }

    fn called(&self, object: &Object) -> Vec<Called> {
        let Ok(attrs) = object.read::<Attrs>() else { return Vec::new() };
        let inputs: Vec<&Argument> = attrs.inputs().collect();
        let fewest = inputs.iter().filter(|it| it.default.is_none() && it.mode != 'v').count();
        // A procedure is called with its output arguments too.
        let outputs = if attrs.kind == "p" { attrs.arguments.iter().filter(|it| it.mode == 'o').count() } else { 0 };
        let most = if inputs.iter().any(|it| it.mode == 'v') { usize::MAX } else { inputs.len() + outputs };
        let row: Vec<String> = attrs.arguments.iter().filter(|it| it.is_output()).map(Argument::shown).collect();
        let set = if attrs.returns_set { "a set of " } else { "" };
        let of = match (&attrs.returns, row.is_empty()) {
            (Some(returns), true) => format!("{set}{returns}"),
            (_, false) => format!("{set}({})", row.join(", ")),
            (None, true) => String::new(),
        };
        vec![Called { arguments: (fewest, most), ..Called::with(Space::Routine, object, &of) }]
    }

    fn body(&self, object: &Object) -> Option<Body> {
        let attrs: Attrs = object.read().ok()?;
        let text = |it: &str| object.attrs.get(it).and_then(|it| it.as_str());
        let settings = object.attrs.get("config").and_then(|it| it.as_array());
        let settings = settings.into_iter().flatten().filter_map(|it| it.as_str());
        let what = if attrs.kind == "p" { "procedure" } else { "function" };
        Some(Body {
            routine: format!("{what} {}", signature(&object.id)),
            language: text("language")?.to_owned(),
            text: text("body").map(|it| statements(&row_names::parsable(it))).or_else(|| text("source").map(str::to_owned))?,
            definition: attrs.definition,
            search_path: settings.filter_map(|it| it.strip_prefix("search_path=")).next().map(str::to_owned),
            returns: attrs.returns,
            is_bound: text("body").is_some(),
        })
    }
}

/// The statements of a body that PostgreSQL has read; what it returns alone as a query.
fn statements(body: &str) -> String {
    let inner = body.trim().strip_prefix("BEGIN ATOMIC").and_then(|it| it.strip_suffix("END"));
    let returned = || body.trim().strip_prefix("RETURN ").map(|it| format!("SELECT {it}"));
    inner.map(str::to_owned).or_else(returned).unwrap_or_else(|| body.to_owned())
}

/// What `CREATE OR REPLACE` refuses (`ProcedureCreate`, 14 to 18): another kind, return type or row of output arguments, a
/// renamed input argument, a default that goes or changes its type.
fn is_replaceable(old: &Attrs, new: &Attrs) -> bool {
    let outputs = |it: &Attrs| {
        let is_row = it.returns.as_deref().is_none_or(|it| it == "record");
        let outputs = it.arguments.iter().filter(|it| is_row && it.is_output());
        outputs.map(|it| (it.name.clone(), it.of.clone())).collect::<Vec<_>>()
    };
    old.kind == new.kind
        && old.returns == new.returns
        && old.returns_set == new.returns_set
        && outputs(old) == outputs(new)
        && new.inputs().zip(old.inputs()).all(|(new, old)| new.keeps(old))
}

/// `public.f(integer, text)`: a routine is named with the types of its input arguments, which end its path.
pub(super) fn signature(id: &Id) -> String {
    match id.path.as_slice() {
        [names @ .., types] => format!("{}({types})", sql::path(names)),
        [] => String::new(),
    }
}

/// The step that drops something people call by name, with that risk unless it comes back at once.
pub(super) fn missed(step: Step, what: &str, object: &Object, context: &Context<'_>) -> Step {
    match context.changes.get(&object.id) {
        Some(Verb::Drop) => step.risks(Hazard::BreaksApplication(format!("whatever still uses {what} fails"))),
        _ => step,
    }
}
