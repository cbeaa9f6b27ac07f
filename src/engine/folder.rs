//! The schema folder in the shadow, read as the desired state.

use super::{Base, introspect_ours};
use crate::catalog::Catalog;
use crate::chosen::{self, Chosen};
use crate::database::Database;
use crate::desired::adopt;
use crate::error::{Error, Result};
use crate::hints;
use crate::kinds::Server;
use crate::rules::{LeftAlone, Rules};
use crate::shadow::Shadow;
use crate::source::{self, Source};
use crate::spelling;
use crate::timing;

/// A folder that is loaded, and what came of it.
#[derive(Debug)]
pub struct Loaded {
    database: Database,
    whole: Catalog,
}

/// Loads a folder that stands on nothing else, read as sessions of others on that server read it.
pub(super) async fn load(shadow: &mut Shadow, source: &Source, server: &Server) -> Result<Loaded> {
    shadow.stub_roles(&source.roles).await?;
    shadow.stub_superusers(&source.superusers).await?;
    shadow.stub_tablespaces(&source.tablespaces).await?;
    let mut database = shadow.create("desired").await?;
    for (name, value) in &server.reading {
        database.set(name, value).await?;
    }
    {
        let _stage = timing::stage("load the schema folder");
        source::load(source, &mut database).await?;
    }
    let whole = introspect_ours(&mut database).await?;
    Ok(Loaded { database, whole })
}

/// The desired catalog: the folder loaded into the shadow, in the base's terms; and what of either is left alone.
pub async fn desired(shadow: &mut Shadow, source: &Source, base: &Base, rules: &Rules) -> Result<(Catalog, LeftAlone)> {
    let loaded = load(shadow, &source.given(&base.given()?)?, &base.server).await?;
    desired_of(loaded, shadow, source, base, rules).await
}

/// The same of a folder that is loaded.
pub(crate) async fn desired_of(
    loaded: Loaded,
    shadow: &Shadow,
    source: &Source,
    base: &Base,
    rules: &Rules,
) -> Result<(Catalog, LeftAlone)> {
    let Loaded { mut database, whole } = loaded;
    let (mut catalog, left_alone) = rules.apply(whole);
    report_unclaimed(&catalog, "the schema folder")?;
    let in_our_terms = |it: &Catalog| adopt(it.clone(), &base.catalog, shadow.superuser(), &base.server.role);
    let mut desired = in_our_terms(&catalog);
    let server = Server { role: shadow.superuser().to_owned(), ..base.server.clone() };
    let chosen = Chosen { said: &source.words() };
    let pairs = chosen.pairs(&desired, &base.catalog);
    if !pairs.is_empty() {
        catalog = chosen::renamed(&mut database, &catalog, &pairs, &server, rules).await?.unwrap_or(catalog);
        desired = in_our_terms(&catalog);
    }
    let alike = spelling::alike(&base.catalog, &desired);
    if !alike.is_empty() {
        catalog = spelling::printed_again(&mut database, catalog, &base.catalog, &alike, &server).await?;
        desired = in_our_terms(&catalog);
    }
    database.close().await?;
    chosen.parts(&mut desired, &base.catalog);
    rules.keep_history(&mut desired, &base.catalog);
    hints::apply(source, &base.catalog, &mut desired)?;
    Ok((desired, left_alone.union(&base.left_alone).cloned().collect()))
}

/// An object that no kind knows would be a silent miss: named, and refused.
pub(super) fn report_unclaimed(catalog: &Catalog, place: &str) -> Result<()> {
    if catalog.unclaimed.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = catalog.unclaimed.iter().map(String::as_str).collect();
    Err(Error::new(format!("{place} holds objects that schemagen does not manage yet: {}", names.join(", ")))
        .help("remove them from the folder, or report which kind of object you need"))
}
