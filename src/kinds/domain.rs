//! Domains (`pg_type` with typtype d); their CHECK constraints are objects of their own.

use serde::Deserialize;

use super::{
    Alteration, Called, Context, DataCheck, Folded, Kind, Likeness, Section, Space, Step, Stub, data_check, rename, words,
};
use crate::catalog::{Catalog, Id, Object};
use crate::error::Result;
use crate::hazard::Hazard;
use crate::sql;

pub(super) struct Domain;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    r#type: String,
    collation: Option<String>,
    default: Option<String>,
    not_null: bool,
    not_null_name: Option<String>,
    frozen: Option<Vec<String>>,
    #[serde(rename = "_constraints")]
    constraints: Vec<String>,
}

impl Attrs {
    /// Whether this domain, as it is used, takes the step to the rules of `other`: PostgreSQL refuses to add any while a column
    /// holds the domain inside an array, a composite or a range.
    fn takes(&self, other: &Attrs) -> bool {
        let added = other.constraints.iter().any(|it| !self.constraints.contains(it)) || other.not_null && !self.not_null;
        self.frozen.is_none() || !added
    }

    /// The statement tails that lead from one NOT NULL of the domain `domain` to the other; it has a name since 17.
    fn not_null(&self, other: &Attrs, domain: &str) -> Vec<String> {
        let mut clauses = Vec::new();
        if (self.not_null, &self.not_null_name) == (other.not_null, &other.not_null_name) {
            return clauses;
        }
        let name = |it: &Attrs| it.not_null_name.clone().unwrap_or_else(|| format!("{domain}_not_null"));
        let (old, new) = (name(self), name(other));
        if self.not_null && other.not_null && old.len().max(new.len()) <= sql::LONGEST {
            return vec![format!("RENAME CONSTRAINT {} TO {}", sql::name(&old), sql::name(&new))];
        }
        if self.not_null {
            clauses.push("DROP NOT NULL".to_owned());
        }
        match &other.not_null_name {
            Some(name) => clauses.push(format!("ADD CONSTRAINT {} NOT NULL", sql::name(name))),
            None if other.not_null => clauses.push("SET NOT NULL".to_owned()),
            None => {}
        }
        clauses
    }
}

impl Kind for Domain {
    fn name(&self) -> &'static str {
        "domain"
    }

    fn query(&self) -> &'static str {
        include_str!("domain.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_type WHERE oid >= 16384 AND typtype = 'd'")
    }

    fn rename(&self, from: &Id, to: &Id, context: &Context<'_>) -> Vec<Step> {
        rename::whole("DOMAIN", from, to, context)
    }

    fn resembles(&self, old: &Object, from: &Catalog, new: &Object, to: &Catalog) -> Option<Likeness> {
        let attrs: Attrs = new.read().ok()?;
        let same = |name: &str| old.attrs.get(name) == new.attrs.get(name);
        let rules = |state: &Catalog, domain: &Id| {
            rename::parts(state, "domain_constraint", domain, "definition").into_iter().map(|it| it.1).collect::<Vec<_>>()
        };
        let same = ["type", "collation", "default", "not_null"].iter().all(|it| same(it));
        (same && rules(from, &old.id) == rules(to, &new.id)).then(|| rename::exact(format!("both {}", attrs.r#type)))
    }

    fn part_name(&self, object: &Object) -> Option<String> {
        let attrs: Attrs = object.read().ok()?;
        attrs.not_null.then(|| attrs.not_null_name.unwrap_or_else(|| format!("{}_not_null", object.name(1))))
    }

    fn take_part_name(&self, object: &mut Object, from: &Object) {
        words::take(object, from, "not_null_name");
    }

    fn section(&self) -> Section {
        Section::Type
    }

    fn create(&self, object: &Object, folded: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        // The one that stepped aside has the name that PostgreSQL would choose, and it chooses none twice in a schema (17).
        let is_taken = context.is_dropped(&object.id) && context.server.major >= 17 && attrs.not_null_name.is_none();
        let chosen = is_taken.then(|| self.part_name(object)).flatten().filter(|it| it.len() <= sql::LONGEST);
        let mut statement = format!("CREATE DOMAIN {} AS {}", sql::path(&object.id.path), attrs.r#type);
        statement.extend(attrs.collation.map(|it| format!(" COLLATE {it}")));
        statement.extend(attrs.default.map(|it| format!(" DEFAULT {it}")));
        statement.extend(attrs.not_null_name.or(chosen).map(|it| format!(" CONSTRAINT {}", sql::name(&it))));
        statement.extend(attrs.not_null.then_some(" NOT NULL"));
        statement.extend(folded.iter().map(|it| format!(" {}", it.sql)));
        Ok(vec![Step::new(statement)])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(super::dropped("DOMAIN", object, context))
    }

    /// PostgreSQL checks a NOT NULL under SHARE on all tables, and reads their rows even where a valid CHECK says the same (14 to 18): on
    /// a large table it keeps no other lock for that long.
    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        if (&old.r#type, &old.collation) != (&new.r#type, &new.collation) || !old.takes(&new) {
            return Ok(Alteration::Rebuild);
        }
        let name = sql::path(&to.id.path);
        let step = |clause: String| Step::new(format!("ALTER DOMAIN {name} {clause}"));
        let mut steps = Vec::new();
        if old.default != new.default {
            steps.push(step(new.default.as_ref().map_or("DROP DEFAULT".to_owned(), |it| format!("SET DEFAULT {it}"))));
        }
        steps.extend(old.not_null(&new, to.name(1)).into_iter().map(|clause| {
            if !clause.starts_with("ADD") && !clause.starts_with("SET") {
                return step(clause);
            }
            let step = step(clause).risks(Hazard::Scans(format!("every table with a column of {name}")));
            if data_check::is_in_large(&to.id.path, context) { step.alone() } else { step }
        }));
        Ok(Alteration::Steps(steps))
    }

    fn checks(&self, from: Option<&Object>, to: &Object, context: &Context<'_>) -> Result<Vec<DataCheck>> {
        let (old, new): (Option<Attrs>, Attrs) = (from.map(Object::read).transpose()?, to.read()?);
        if !new.not_null || old.is_none_or(|it| it.not_null) {
            return Ok(Vec::new());
        }
        let check = |column: &&Object| {
            let (table, name) = (&column.id.path[..2], sql::name(column.name(2)));
            let query =
                data_check::rows(table, &data_check::with_children(table, context), &format!("t.{name} IS NULL"), context);
            let what = format!("NOT NULL of {} in {}", sql::path(&to.id.path), sql::path(&column.id.path));
            DataCheck { what, query, help: "give them a value".to_owned(), by_row: None }
        };
        Ok(data_check::columns_of(&to.id.path, context).iter().map(check).collect())
    }

    fn names(&self, object: &Object) -> Vec<String> {
        vec![format!("type {}", sql::path(&object.id.path))]
    }

    fn step_aside(&self, object: &Object, context: &Context<'_>) -> Option<(Step, Step)> {
        super::aside("DOMAIN", object, context)
    }

    /// Without the default, which may call a function of the domain.
    fn stub(&self, object: &Object, catalog: &Catalog) -> Option<Stub> {
        object.attrs.get("default").filter(|it| !it.is_null())?;
        let mut stub = object.clone();
        stub.attrs["default"] = serde_json::Value::Null;
        let is_type = |it: &&Id| super::kind(&it.kind).section() <= Section::Type;
        Some(Stub { object: stub, needs: catalog.needs(&object.id).filter(is_type).cloned().collect() })
    }

    fn called(&self, object: &Object) -> Vec<Called> {
        vec![Called::plain(Space::Type, object)]
    }
}
