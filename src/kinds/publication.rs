//! Publications (`pg_publication`); their tables and schemas are objects of their own.

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step, published};
use crate::catalog::{Id, Object};
use crate::error::Result;
use crate::sql;

pub(super) struct Publication;

#[derive(Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct Attrs {
    all_tables: bool,
    publish: String,
    via_root: bool,
    generated_columns: Option<String>,
}

impl Attrs {
    /// The parameters that differ from `other`'s.
    fn parameters(&self, other: &Attrs) -> Vec<String> {
        let mut parameters = Vec::new();
        if self.publish != other.publish {
            parameters.push(format!("publish = {}", sql::literal(&self.publish)));
        }
        if self.via_root != other.via_root {
            parameters.push(format!("publish_via_partition_root = {}", self.via_root));
        }
        if self.generated_columns != other.generated_columns {
            parameters.extend(self.generated_columns.as_ref().map(|it| format!("publish_generated_columns = {it}")));
        }
        parameters
    }

    /// As `CREATE PUBLICATION` makes it when nothing is said.
    fn plain(&self) -> Attrs {
        Attrs {
            all_tables: false,
            publish: "insert, update, delete, truncate".to_owned(),
            via_root: false,
            generated_columns: self.generated_columns.as_ref().map(|_| "none".to_owned()),
        }
    }
}

/// ` FOR TABLE a, b, TABLES IN SCHEMA s`: the keyword stands once for each sort (14 knows no other form).
fn members(folded: &[Folded<'_>]) -> String {
    let of = |kind: &str| folded.iter().filter(|it| it.object.id.kind == kind).map(|it| it.sql.as_str()).collect::<Vec<_>>();
    let list = |words: &str, members: Vec<&str>| (!members.is_empty()).then(|| format!("{words} {}", members.join(", ")));
    let lists = [list("TABLE", of("publication_table")), list("TABLES IN SCHEMA", of("publication_schema"))];
    let lists: Vec<String> = lists.into_iter().flatten().collect();
    if lists.is_empty() { String::new() } else { format!(" FOR {}", lists.join(", ")) }
}

impl Kind for Publication {
    fn name(&self) -> &'static str {
        "publication"
    }

    fn query(&self) -> &'static str {
        include_str!("publication.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_publication WHERE oid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Last
    }

    fn create(&self, object: &Object, folded: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let members = if attrs.all_tables { " FOR ALL TABLES".to_owned() } else { members(folded) };
        let parameters = attrs.parameters(&attrs.plain());
        let parameters = if parameters.is_empty() { String::new() } else { format!(" WITH ({})", parameters.join(", ")) };
        Ok(vec![Step::new(format!("CREATE PUBLICATION {}{members}{parameters}", sql::path(&object.id.path)))])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(super::dropped("PUBLICATION", object, context))
    }

    fn alter(&self, from: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        if old.all_tables != new.all_tables {
            return Ok(Alteration::Rebuild);
        }
        let parameters = new.parameters(&old).join(", ");
        Ok(Alteration::Steps(vec![Step::new(format!("ALTER PUBLICATION {} SET ({parameters})", sql::path(&to.id.path)))]))
    }

    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        published::filled(&object.id.path[..1], context.to, context)
    }

    fn precedes(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        published::filled(&object.id.path[..1], context.from, context)
    }
}
