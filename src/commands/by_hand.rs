//! What a live database has and no migration makes, where the next one is written on top of it: told by `diff`, as the folder of
//! migrations leads elsewhere, and other databases lack it.

use super::drift;
use crate::config::Settings;
use crate::connect;
use crate::engine::Base;
use crate::error::Result;
use crate::fingerprint::{self, Comparison};
use crate::migrations::Migrations;
use crate::rules::Rules;

/// Whether the state now, pending migrations included, is not the one that the newest of them leads to; then it is said.
pub(super) async fn is_there(
    settings: &Settings,
    migrations: &Migrations,
    base: &Base,
    rules: &Rules,
    agree: bool,
) -> Result<bool> {
    let (Some(target), Some(head)) = (&settings.database, &migrations.head) else { return Ok(false) };
    // States that were read in other ways say nothing.
    let is_other = |role: &str| {
        let now = drift::read_as(role, &base.catalog, &base.server, rules);
        fingerprint::compare(&head.fingerprint, &now) == Comparison::Different
    };
    let role = &base.server.role;
    if !is_other(role) {
        return Ok(false);
    }
    // Who looks need not be who applied them.
    let mut live = connect::open(target).await?;
    let owner = drift::owner(&mut live, settings).await?;
    live.close().await?;
    if owner.is_some_and(|it| it != *role && !is_other(&it)) {
        return Ok(false);
    }
    let what = format!(
        "the database is not in the state that the migrations lead to ({}): schemagen status says what differs",
        head.version
    );
    settings.console.warn(&match agree {
        true => format!(
            "{what}. {} agrees with the database and is compared with what the migrations give; what is there already, schemagen apply \
             only records",
            settings.schema.display()
        ),
        false => format!("{what}. What is written now starts from there, and need not fit other databases"),
    });
    Ok(true)
}
