//! The column that owns a sequence (`pg_depend`, deptype `a`): what `serial` makes.

use serde::Deserialize;

use super::owner::unnamed;
use super::{Alteration, Beside, Context, Folded, Kind, Section, Step, numbered};
use crate::catalog::{Id, Object};
use crate::error::Result;
use crate::sql;

pub(super) struct OwnedBy;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    column: [String; 3],
}

/// The column that owns the sequence.
pub(super) fn column(object: &Object) -> Option<Id> {
    object.read::<Attrs>().ok().map(|it| Id::new("column", &it.column))
}

/// Who owns a relation at this point of the migration: owners change after sequences are attached.
fn owner(kind: &str, path: &[String], context: &Context<'_>) -> String {
    let id = Id::new("owner", &[&[kind.to_owned()], path].concat());
    let stood = (!context.is_created(&Id::new(kind, path))).then(|| context.from.get(&id)).flatten();
    let role = stood.and_then(|it| it.attrs.get("role")).and_then(|it| it.as_str());
    role.unwrap_or(&context.server.role).to_owned()
}

impl Kind for OwnedBy {
    fn name(&self) -> &'static str {
        "owned_by"
    }

    fn query(&self) -> &'static str {
        include_str!("owned_by.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_sequence WHERE seqrelid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn beside(&self, _: &Object, _: &Id) -> Beside {
        Beside::Old
    }

    /// Sequence and table must have the same owner, even for a superuser.
    fn create(&self, object: &Object, _: &[Folded<'_>], context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let sequence = sql::path(&object.id.path);
        let owners = [owner("table", &attrs.column[..2], context), owner("sequence", &object.id.path, context)];
        let handed =
            (owners[0] != owners[1]).then(|| format!("ALTER SEQUENCE {sequence} OWNER TO {}", unnamed(&owners[0], context)));
        let owned = Step::new(format!("ALTER SEQUENCE {sequence} OWNED BY {}", sql::path(&attrs.column)));
        let (sequence, column) = (Id::new("sequence", &object.id.path), Id::new("column", &attrs.column));
        let goes_on = numbered::behind_rows(&sequence, &column, context);
        Ok(handed.map(Step::new).into_iter().chain([owned]).chain(goes_on).collect())
    }

    fn comes_with(&self, object: &Object, context: &Context<'_>) -> Option<Id> {
        super::sequence::maker(&Id::new("sequence", &object.id.path), context)
    }

    fn drop(&self, object: &Object, _: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::new(format!("ALTER SEQUENCE {} OWNED BY NONE", sql::path(&object.id.path)))])
    }

    /// While it is attached it has the owner of its table, whoever that is by now.
    fn alter(&self, from: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        if old.column[..2] == new.column[..2] {
            return Ok(Alteration::Steps(self.create(to, &[], context)?));
        }
        let (sequence, role) = (sql::path(&to.id.path), owner("table", &new.column[..2], context));
        let clauses = [
            "OWNED BY NONE".to_owned(),
            format!("OWNER TO {}", unnamed(&role, context)),
            format!("OWNED BY {}", sql::path(&new.column)),
        ];
        Ok(Alteration::Steps(clauses.iter().map(|it| Step::new(format!("ALTER SEQUENCE {sequence} {it}"))).collect()))
    }

    /// Only then it may have an owner of its own.
    fn precedes(&self, object: &Object, _: &Context<'_>) -> Vec<Id> {
        vec![Id::new("owner", &["sequence", object.name(0), object.name(1)])]
    }
}
