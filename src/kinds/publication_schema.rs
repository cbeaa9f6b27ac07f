//! Schemas whose tables are published, present and future ones (`pg_publication_namespace`, 15 and later).

use super::{Alteration, Context, Folded, Kind, Section, Step, published};
use crate::catalog::{Id, Object};
use crate::error::Result;
use crate::sql;

pub(super) struct PublicationSchema;

impl Kind for PublicationSchema {
    fn name(&self) -> &'static str {
        "publication_schema"
    }

    fn query(&self) -> &'static str {
        include_str!("publication_schema.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_publication_namespace WHERE oid >= 16384")
    }

    fn since(&self) -> u32 {
        15
    }

    fn section(&self) -> Section {
        Section::Last
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let (publication, schema) = (sql::name(object.name(0)), sql::name(object.name(1)));
        Ok(vec![Step::new(format!("ALTER PUBLICATION {publication} ADD TABLES IN SCHEMA {schema}"))])
    }

    fn inline(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Option<String>> {
        Ok(Some(sql::name(object.name(1))))
    }

    fn drop(&self, object: &Object, _: &Context<'_>) -> Result<Vec<Step>> {
        let (publication, schema) = (sql::name(object.name(0)), sql::name(object.name(1)));
        Ok(vec![Step::new(format!("ALTER PUBLICATION {publication} DROP TABLES IN SCHEMA {schema}"))])
    }

    fn alter(&self, _: &Object, _: &Object, _: &Context<'_>) -> Result<Alteration> {
        Ok(Alteration::Rebuild)
    }

    fn follows(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        published::filled(&object.id.path[..1], context.to, context)
    }

    fn precedes(&self, object: &Object, context: &Context<'_>) -> Vec<Id> {
        published::filled(&object.id.path[..1], context.from, context)
    }

    fn goes_with(&self, object: &Object, _: &Context<'_>) -> Vec<Id> {
        vec![Id::new("schema", &object.id.path[1..])]
    }
}
