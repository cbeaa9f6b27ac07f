//! What a run works with: flags, environment, `.env`, `schemagen.toml` and defaults, checked and merged into [`Settings`].
//!
//! The first that speaks wins, in that order. Every key of the file may be left out.

use std::path::{Path, PathBuf};

use crate::cli::{Global, MOST_SAMPLED, Strategy};
use crate::connect::Target;
use crate::console::Console;
use crate::error::{Error, Result};
use crate::health::Limits;
use crate::history::Table;
use crate::lint::Policy;
use crate::render::Risk;
use crate::rules::Rules;
use crate::shadow;
use crate::sizes::Limit;
use crate::source::Source;

pub use environment::Environment;
pub(crate) use file::nearest;
pub use ignore::Ignore;
pub(crate) use ignore::{is_among, matches};

mod environment;
mod file;
mod ignore;
mod policy;

/// The configuration file's usual name.
pub const FILE: &str = "schemagen.toml";

/// Everything a command needs to know of the user's wishes. Paths are relative to the current folder.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder or file that declares the schema.
    pub schema: PathBuf,
    /// The folder of numbered migrations.
    pub migrations: PathBuf,
    /// The live database; without one the migrations folder is the database.
    pub database: Option<Target>,
    /// The throw-away server.
    pub shadow: Shadow,
    /// The table that records what is applied.
    pub history: Table,
    /// The only schemas that are ours to manage, as patterns; all of them when none are given.
    pub schemas: Option<Vec<String>>,
    /// What is not ours to manage.
    pub ignore: Ignore,
    /// From where on a table is changed in ways that let others go on.
    pub large: Limit,
    /// How many real rows of a table the proof takes; seeded ones where nothing is said.
    pub sample: Option<u32>,
    /// How what the running application uses is changed, where nothing else says it.
    pub strategy: Option<Strategy>,
    /// How much each rule of the linter counts.
    pub policy: Policy,
    /// The greatest risk that `diff` may write; any where nothing is said.
    pub max_risk: Option<Risk>,
    /// From where on `health` finds something.
    pub health: Limits,
    /// The file with what `calibrate` measured.
    pub calibration: PathBuf,
    /// Where results and progress go.
    pub console: Console,
    /// Whether GitHub reads what is printed and shows it beside the files.
    pub annotates: bool,
}

/// Where the shadow server comes from.
#[derive(Debug, Clone, Default)]
pub struct Shadow {
    /// A server to use instead of an embedded one.
    pub url: Option<Target>,
    /// The folder with `initdb`, `pg_ctl` and `postgres`.
    pub bin_dir: Option<PathBuf>,
    /// Where downloads and prepared data directories are kept.
    pub cache: Option<PathBuf>,
    /// The URL that stands in for Maven Central.
    pub mirror: Option<String>,
}

impl Settings {
    /// Reads and checks all of it. `-C` must have been obeyed already.
    pub fn read(global: &Global) -> Result<Settings> {
        let environment = Environment::read(Path::new("."))?;
        let path = global.config.as_deref().unwrap_or(Path::new(FILE));
        let file = file::read(path, global.config.is_some())?;
        Settings::merge(global, &environment, file, &path.display().to_string())
    }

    /// The same for a command that works on files alone: a database that cannot be named just now is no reason to fail.
    pub fn read_without_database(global: &Global) -> Result<Settings> {
        Settings::read(&Global { database_url: Some(String::new()), ..global.clone() })
    }

    fn merge(global: &Global, environment: &Environment, file: file::File, name: &str) -> Result<Settings> {
        let flag = |it: &str| environment.value(it).is_some_and(|value| !matches!(value, "0" | "false"));
        let console = Console::new(global, flag("CI"), environment.value("NO_COLOR").is_some());
        let database = database(global, environment, file.database_url.as_deref(), name)?;
        let shadow = Shadow {
            url: shadow_url(global, environment, file.shadow.url.as_deref(), name)?,
            bin_dir: environment.value("SCHEMAGEN_PG_BIN_DIR").map(PathBuf::from).or(file.shadow.bin_dir),
            cache: environment.value("SCHEMAGEN_CACHE_DIR").map(PathBuf::from).or(file.shadow.cache),
            mirror: file.shadow.mirror,
        };
        let history = match file.history.table {
            Some(table) => Table::parse(&table).map_err(|it| it.within(format!("{name}: [history] table")))?,
            None => Table::default(),
        };
        Ok(Settings {
            schema: global.schema.clone().or(file.schema).unwrap_or_else(|| "schema".into()),
            migrations: global.migrations.clone().or(file.migrations).unwrap_or_else(|| "migrations".into()),
            database,
            shadow,
            history,
            schemas: schemas(file.schemas, name)?,
            ignore: Ignore::new(file.ignore).map_err(|it| it.within(format!("{name}: [ignore]")))?,
            large: limit(&file.online, flag("SCHEMAGEN_ASSUME_LARGE")),
            sample: sample(file.proof.sample, name)?,
            strategy: file.strategy,
            policy: file.rules,
            max_risk: file.max_risk,
            health: health(file.health, name)?,
            calibration: Path::new(name).with_file_name(".schemagen").join("calibration.json"),
            console,
            annotates: flag("GITHUB_ACTIONS"),
        })
    }

    /// What of a catalog counts, given what the folder states.
    pub fn rules(&self, source: &Source) -> Rules {
        let history = [self.history.schema.clone(), self.history.name.clone()];
        let mut rules = Rules {
            history,
            pinned_extensions: source.pinned_extensions.clone(),
            schemas: self.schemas.clone(),
            ignore: self.ignore.clone(),
            ..Rules::default()
        };
        if rules.leave_alone() {
            rules.mentioned = source.words();
        }
        rules
    }

    /// Where the shadow comes from.
    pub fn shadow_settings(&self) -> shadow::Settings {
        let Shadow { url, bin_dir, cache, mirror } = self.shadow.clone();
        shadow::Settings { url: url.map(|it| it.options), bin_dir, cache, mirror, offline: false }
    }

    /// The live database, for a command that cannot do without.
    pub fn live(&self) -> Result<&Target> {
        self.database.as_ref().ok_or_else(|| {
            Error::new("no database is given").help(
                "name one with --database-url, DATABASE_URL (in the environment or in .env), PGHOST or PGDATABASE, \
                 or database_url = \"${VARIABLE}\" in schemagen.toml",
            )
        })
    }
}

/// Patterns of the managed schemas: none of them would be nothing to manage.
fn schemas(schemas: Option<Vec<String>>, name: &str) -> Result<Option<Vec<String>>> {
    if schemas.as_ref().is_some_and(Vec::is_empty) {
        return Err(Error::new(format!("{name}: schemas is empty, so that nothing would be managed"))
            .help("name the schemas, as in schemas = [\"public\", \"app_*\"], or leave the key out to manage all"));
    }
    Ok(schemas)
}

/// How many real rows the proof takes.
fn sample(rows: Option<u32>, name: &str) -> Result<Option<u32>> {
    if rows.is_some_and(|it| it > MOST_SAMPLED) {
        return Err(
            Error::new(format!("{name}: [proof] sample is more than {MOST_SAMPLED}")).help("take fewer rows of each table")
        );
    }
    Ok(rows)
}

/// The limits of `health`, where all that is ignored names a probe.
fn health(limits: Limits, name: &str) -> Result<Limits> {
    match limits.stray_pattern() {
        None => Ok(limits),
        Some(it) => Err(Error::new(format!("{name}: [health] ignore: {it:?} names no probe"))
            .help("write it as health prints it: probe:subject, as in \"indexes:public.orders_*\"")),
    }
}

/// From where on a table is large; `all` wins over the file.
fn limit(online: &file::Online, all: bool) -> Limit {
    match (all, online.enabled, Limit::default()) {
        (true, _, _) => Limit::Always,
        (_, Some(false), _) => Limit::Never,
        (_, _, Limit::From { rows, bytes }) => {
            Limit::From { rows: online.large_rows.unwrap_or(rows), bytes: online.large_bytes.unwrap_or(bytes) }
        }
        (_, _, other) => other,
    }
}

/// The first that names a database; an empty URL says that there is none.
fn database(global: &Global, environment: &Environment, file: Option<&str>, name: &str) -> Result<Option<Target>> {
    if let Some(url) = &global.database_url {
        return Target::parse(url, "--database-url", environment);
    }
    if let Some((url, origin)) = environment.find("DATABASE_URL") {
        return Target::parse(url, &format!("DATABASE_URL{origin}"), environment);
    }
    if let Some(target) = Target::from_environment(environment)? {
        return Ok(Some(target));
    }
    match file {
        Some(text) => {
            let origin = format!("database_url in {name}");
            Target::parse(&without_secrets(text, &origin, environment)?, &origin, environment)
        }
        None => Ok(None),
    }
}

fn shadow_url(global: &Global, environment: &Environment, file: Option<&str>, name: &str) -> Result<Option<Target>> {
    if let Some(url) = &global.shadow_url {
        return Target::parse(url, "--shadow-url", environment);
    }
    match file {
        Some(text) => {
            let origin = format!("[shadow] url in {name}");
            Target::parse(&without_secrets(text, &origin, environment)?, &origin, environment)
        }
        None => Ok(None),
    }
}

/// A URL from a file that is in version control, its `${VARIABLE}`s filled in. A password may stand there only as one.
fn without_secrets(text: &str, origin: &str, environment: &Environment) -> Result<String> {
    let mut filled = String::new();
    let mut masked = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((variable, end)) = after.split_once('}') else {
            return Err(Error::new(format!("{origin}: \"${{\" has no closing brace")).help("write \"${VARIABLE}\""));
        };
        let Some(value) = environment.value(variable) else {
            let error = Error::new(format!("{origin} names ${{{variable}}}, which is not set"));
            return Err(error.help("set the variable, or give --database-url \"\" to work from the migrations folder alone"));
        };
        filled.push_str(before);
        filled.push_str(value);
        masked.push_str(before);
        rest = end;
    }
    filled.push_str(rest);
    masked.push_str(rest);
    // Without the variables' values, whatever password is still there is a literal one.
    if crate::connect::holds_password(&masked) {
        let error = Error::new(format!("{origin} holds a password: that file is shared"));
        return Err(error.help("write \"${DATABASE_URL}\" there and set the variable in .env or in the environment"));
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(global: &Global, variables: &[(&str, &str)], toml: &str) -> Result<Settings> {
        let file = file::parse("schemagen.toml", toml)?;
        Settings::merge(global, &Environment::of(variables), file, "schemagen.toml")
    }

    #[test]
    fn everything_has_a_default() {
        let settings = settings(&Global::default(), &[], "").unwrap();
        assert_eq!(settings.schema, Path::new("schema"));
        assert_eq!(settings.history, Table { schema: "public".into(), name: "schema_migrations".into() });
        assert!(settings.database.is_none());
        assert!(settings.live().unwrap_err().help.unwrap().contains("--database-url"));
    }

    #[test]
    fn a_flag_wins_over_the_environment_and_that_over_the_file() {
        let toml = "database_url = \"postgres://file/x\"\nschema = \"file\"";
        let mut global = Global { schema: Some("flag".into()), ..Global::default() };
        let from_file = settings(&global, &[], toml).unwrap();
        assert_eq!(from_file.schema, Path::new("flag"));
        assert_eq!(from_file.database.unwrap().options.get_host(), "file");
        let variables = [("DATABASE_URL", "postgres://environment/x")];
        assert_eq!(settings(&global, &variables, toml).unwrap().database.unwrap().options.get_host(), "environment");
        global.database_url = Some("postgres://flag/x".into());
        assert_eq!(settings(&global, &variables, toml).unwrap().database.unwrap().options.get_host(), "flag");
        global.database_url = Some(String::new());
        assert!(settings(&global, &variables, toml).unwrap().database.is_none());
    }

    #[test]
    fn a_password_in_the_file_is_refused_and_not_printed() {
        for url in
            ["postgres://a:secret@h/x", "host=h password=secret", "postgres://h/x?password=secret", "postgres://a:se${V}cret@h/x"]
        {
            let error = settings(&Global::default(), &[("V", "x")], &format!("database_url = \"{url}\"")).unwrap_err();
            assert!(error.message.contains("holds a password"), "{error}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
        let variables = [("V", "postgres://a:secret@h/x"), ("P", "secret")];
        for url in ["${V}", "postgres://a:${P}@h/x"] {
            let target =
                settings(&Global::default(), &variables, &format!("database_url = \"{url}\"")).unwrap().database.unwrap();
            assert_eq!(target.shown, "postgres://a:***@h:5432/x");
        }
        let error = settings(&Global::default(), &[], "database_url = \"${V}\"").unwrap_err();
        assert!(error.message.contains("${V}, which is not set"), "{error}");
    }

    #[test]
    fn unknown_keys_are_errors_with_a_place_and_a_suggestion() {
        let error = settings(&Global::default(), &[], "schema = \"a\"\n[shadow]\nmiror = \"x\"").unwrap_err();
        let place = error.place.clone().unwrap();
        assert_eq!((place.line, place.column, place.text.as_str()), (3, 1, "miror = \"x\""));
        assert_eq!(error.help.as_deref(), Some("did you mean mirror?"));
    }

    #[test]
    fn tables_are_large_from_where_the_file_says() {
        let large = |toml: &str, variables: &[(&str, &str)]| settings(&Global::default(), variables, toml).unwrap().large;
        let Limit::From { bytes, .. } = Limit::default() else { panic!("the default is a size") };
        assert_eq!(large("[online]\nlarge_rows = 5", &[]), Limit::From { rows: 5, bytes });
        assert_eq!(large("[online]\nenabled = false", &[]), Limit::Never);
        assert_eq!(large("[online]\nenabled = false", &[("SCHEMAGEN_ASSUME_LARGE", "1")]), Limit::Always);
    }

    #[test]
    fn a_sample_is_bounded() {
        let sample = |toml: &str| settings(&Global::default(), &[], toml).map(|it| it.sample);
        assert_eq!(sample("").unwrap(), None);
        assert_eq!(sample("[proof]\nsample = 500").unwrap(), Some(500));
        assert!(sample("[proof]\nsample = 10001").unwrap_err().message.contains("more than 10000"));
    }

    #[test]
    fn ignored_kinds_must_exist() {
        let error = settings(&Global::default(), &[], "[ignore]\nobjects = [\"shema:x\"]").unwrap_err();
        assert!(error.to_string().contains("schema"), "{error}");
    }
}
