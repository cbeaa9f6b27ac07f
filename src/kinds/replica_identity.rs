//! What of a changed row is written to the log for logical replication (`pg_class.relreplident`).

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::{Id, Object};
use crate::error::Result;
use crate::sql;

pub(super) struct ReplicaIdentity;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    identity: char,
    index: Option<String>,
}

impl Kind for ReplicaIdentity {
    fn name(&self) -> &'static str {
        "replica_identity"
    }

    fn query(&self) -> &'static str {
        include_str!("replica_identity.sql")
    }

    fn section(&self) -> Section {
        Section::Relation
    }

    fn touches_rows(&self) -> bool {
        false
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let identity = match (attrs.identity, &attrs.index) {
            ('f', _) => "FULL".to_owned(),
            (_, Some(index)) => format!("USING INDEX {}", sql::name(index)),
            _ => "NOTHING".to_owned(),
        };
        Ok(vec![Step::clause(format!("ALTER TABLE ONLY {}", sql::path(&object.id.path)), format!("REPLICA IDENTITY {identity}"))])
    }

    fn drop(&self, object: &Object, _: &Context<'_>) -> Result<Vec<Step>> {
        Ok(vec![Step::clause(format!("ALTER TABLE ONLY {}", sql::path(&object.id.path)), "REPLICA IDENTITY DEFAULT")])
    }

    fn alter(&self, _: &Object, to: &Object, context: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Steps(self.create(to, &[], context)?))
    }

    /// The columns of the index that identifies the rows are NOT NULL before it does.
    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        let columns = context.to.needs(&object.id).flat_map(|it| context.to.needs(it)).filter(|it| it.kind == "column");
        columns.map(|it| Id::new("not_null", &it.path)).filter(|it| context.changes.contains_key(it)).collect()
    }

    /// PostgreSQL keeps the columns of the index that identifies the rows NOT NULL for as long as it does.
    fn relieves(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        not_nulls(object, context)
    }

    fn precedes(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        not_nulls(object, context)
    }
}

/// The NOT NULLs of the table that go while it stands.
fn not_nulls(object: &Object, context: &Context<'_>) -> Vec<Id> {
    if object.parent.as_ref().is_some_and(|it| context.is_dropped(it)) {
        return Vec::new();
    }
    let all = context.from.within("not_null", &object.id.path);
    all.filter(|it| context.is_dropped(&it.id)).map(|it| it.id.clone()).collect()
}
