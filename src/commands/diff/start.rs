//! The state that a migration is to start from.

use crate::check;
use crate::config::Settings;
use crate::connect;
use crate::engine::{self, Base, Loaded, Pending};
use crate::error::{Error, Exit, Result};
use crate::history::History;
use crate::migrations::{self, Migrations};
use crate::rules::Rules;
use crate::shadow::Shadow;
use crate::source::Source;

/// The state now, cloned into a fresh shadow: the live database with what is pending, or the migrations folder replayed. The schema
/// folder too, where it could be loaded meanwhile.
pub(super) async fn base(
    settings: &Settings,
    migrations: &Migrations,
    source: &Source,
    rules: &Rules,
    major: u32,
) -> Result<(Shadow, Base, Option<Result<Loaded>>)> {
    let Some(target) = &settings.database else {
        let mut shadow = Shadow::start(&settings.shadow_settings(), major).await?;
        shadow.stub_roles(&source.roles).await?;
        let scripts = migrations.list.iter().map(migrations::Migration::script).collect::<Result<_>>()?;
        let mut base = engine::replayed_base(&mut shadow, scripts, rules).await?;
        base.sizes = base.sizes.judged_by(settings.large);
        return Ok((shadow, base, None));
    };
    let mut live = connect::open(target).await?;
    let server = live.server().await?;
    let history = History::read(&mut live, &settings.history).await?;
    refuse_what_is_ahead(&history, migrations, &target.shown)?;
    let pending = |it: &migrations::Migration| Ok(Pending { script: it.script()?, leads_to: it.states.clone().map(|it| it.1) });
    let pending = migrations.list.iter().filter(|it| !history.is_applied(it)).map(pending).collect::<Result<_>>()?;
    let mut shadow = Shadow::start(&settings.shadow_settings(), server.major).await?;
    shadow.stub_roles(&source.roles).await?;
    let (mut base, loaded) = engine::live_base_and_folder(&mut shadow, &mut live, source, pending, rules).await?;
    live.close().await?;
    base.sizes = base.sizes.judged_by(settings.large);
    Ok((shadow, base, loaded))
}

/// What is applied there and not in the folder would be taken away by the next migration, which would have its number too.
fn refuse_what_is_ahead(history: &History, migrations: &Migrations, database: &str) -> Result<()> {
    let without = "or compare with the migrations alone: schemagen diff --database-url \"\"";
    if let Some(it) = migrations.list.iter().find(|it| history.is_another(it)) {
        let error = Error::new(format!("{} {}", it.file.display(), check::another(history, it))).exit(Exit::Refused);
        return Err(error.help(format!("{}\n{without}", check::instead(it))));
    }
    let ours = history.ours(migrations);
    let ahead: Vec<&str> = ours.iter().filter(|it| it.0 > migrations.newest()).map(|it| it.1.version.as_str()).collect();
    if ahead.is_empty() {
        return Ok(());
    }
    let what = format!("{database} has {}, which {} lacks", ahead.join(", "), migrations.folder.display());
    let error = Error::new(format!("{what}: what that made would be taken away")).exit(Exit::Refused);
    Err(error.help(format!("merge the branch that has it, or bring its files back from git; {without}")))
}
