//! The main job as a list of stages: the state now, the desired state, the plans between them, and the proof.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use sha2::{Digest, Sha256};

use crate::catalog::{Catalog, Id};
use crate::database::Database;
use crate::desired::adopt;
use crate::diff::diff;
use crate::error::{Error, Result};
use crate::introspect::introspect;
use crate::kinds::{KINDS, Manner, Server, Verb};
use crate::plan::{Plan, Planned, plan};
use crate::render;
use crate::rules::Rules;
use crate::script::{self, Script};
use crate::shadow::Shadow;
use crate::source::{self, Source};

/// How often what a migration left undone is planned and appended.
const ROUNDS: usize = 5;

/// The state that a migration starts from; a clone of it stands in the shadow.
#[derive(Debug)]
pub struct Base {
    /// What is there.
    pub catalog: Catalog,
    /// The server it is for.
    pub server: Server,
    /// Objects left out at the user's request.
    pub ignored: usize,
    origin: Origin,
    /// A clone that nothing has run on yet.
    clone: Option<Database>,
}

/// What a clone is made of.
#[derive(Debug)]
enum Origin {
    /// A live schema, and the migrations that are pending on it.
    Live(Catalog, Vec<Script>),
    /// All migrations.
    Replayed(Vec<Script>),
    /// A folder.
    Declared(Source),
}

/// One migration file in the making: the way there and the way back, both run on the clone.
#[derive(Debug)]
pub struct Part {
    /// The migration.
    pub up: Plan,
    /// Its rollback.
    pub down: Plan,
    /// The state before.
    pub from: Catalog,
    /// The state after.
    pub to: Catalog,
}

/// A proven change: one part, or several where PostgreSQL asks for a commit in between.
#[derive(Debug)]
pub struct Proven {
    /// In the order in which they run.
    pub parts: Vec<Part>,
    /// How long the last run of migration, rollback and migration took.
    pub seconds: f64,
    /// What a reviewer must know of it besides.
    pub findings: Vec<String>,
}

/// An empty database of the shadow, as its own state; the same for every run on the same server.
async fn pristine(shadow: &mut Shadow, rules: &Rules) -> Result<Catalog> {
    let queries: String = KINDS.iter().map(|it| it.query()).collect();
    let hash: String = Sha256::digest(queries).iter().take(6).map(|it| format!("{it:02x}")).collect();
    let memory = shadow.memory(&format!("pristine-{hash}"));
    let remembered = memory.as_ref().and_then(|it| std::fs::read(it).ok()).and_then(|it| serde_json::from_slice(&it).ok());
    if let Some(catalog) = remembered {
        return Ok(rules.apply(catalog).0);
    }
    let mut database = shadow.create("pristine").await?;
    let catalog = introspect(&mut database).await?;
    database.close().await?;
    if let (Some(file), Ok(text)) = (memory, serde_json::to_vec(&catalog)) {
        // It only saves time: where it cannot be kept it is read again.
        let _ = std::fs::write(file, text);
    }
    Ok(rules.apply(catalog).0)
}

/// The live database as base: read, and cloned into the shadow; then the pending migrations run on the clone.
pub async fn live_base(shadow: &mut Shadow, live: &mut Database, pending: Vec<Script>, rules: &Rules) -> Result<Base> {
    const ROLES: &str = "SELECT coalesce(jsonb_agg(rolname), '[]') FROM pg_catalog.pg_roles";
    const TABLESPACES: &str = "SELECT coalesce(jsonb_agg(spcname), '[]') FROM pg_catalog.pg_tablespace WHERE spcname !~ '^pg_'";
    let server = live.server().await?;
    let (catalog, ignored) = rules.apply(introspect(live).await?);
    report_unclaimed(&catalog, "the live database")?;
    shadow.stub_roles(&live.value(ROLES, &[]).await?).await?;
    shadow.stub_superuser(&server.role).await?;
    shadow.stub_tablespaces(&live.value(TABLESPACES, &[]).await?).await?;
    Base::new(shadow, server, ignored, Origin::Live(catalog, pending), rules).await
}

/// An empty database as base, for a live schema that is to be exported: the live catalog, and a clone of nothing.
pub async fn empty_base(shadow: &mut Shadow, live: &mut Database, rules: &Rules) -> Result<(Base, Catalog)> {
    let whole = live_base(shadow, live, Vec::new(), rules).await?;
    let empty = pristine(shadow, rules).await?;
    let Base { catalog, server, ignored, .. } = whole;
    // The empty database's own objects belong to the shadow's superuser; there is nothing to say of them.
    let empty = adopt(empty, &catalog, shadow.superuser(), &server.role);
    let base = Base { catalog: empty.clone(), server, ignored, origin: Origin::Live(empty, Vec::new()), clone: None };
    Ok((base, catalog))
}

/// The migrations folder as base: what replaying it gives.
pub async fn replayed_base(shadow: &mut Shadow, migrations: Vec<Script>, rules: &Rules) -> Result<Base> {
    let server = Server { major: shadow.major(), role: shadow.superuser().to_owned(), ..Server::default() };
    Base::new(shadow, server, 0, Origin::Replayed(migrations), rules).await
}

/// A folder as base: another state that is declared.
pub async fn declared_base(shadow: &mut Shadow, source: Source, rules: &Rules) -> Result<Base> {
    shadow.stub_roles(&source.roles).await?;
    shadow.stub_tablespaces(&source.tablespaces).await?;
    let server = Server { major: shadow.major(), role: shadow.superuser().to_owned(), ..Server::default() };
    Base::new(shadow, server, 0, Origin::Declared(source), rules).await
}

impl Base {
    async fn new(shadow: &mut Shadow, server: Server, ignored: usize, origin: Origin, rules: &Rules) -> Result<Base> {
        let mut base = Base { catalog: Catalog::default(), server, ignored, origin, clone: None };
        let mut clone = base.make_clone(shadow, rules).await?;
        if base.server.casts.is_empty() {
            base.server = clone.server().await?;
        }
        base.catalog = match &base.origin {
            Origin::Live(catalog, pending) if pending.is_empty() => catalog.clone(),
            _ => rules.apply(introspect(&mut clone).await?).0,
        };
        base.clone = Some(clone);
        Ok(base)
    }

    /// A fresh database in this state.
    async fn make_clone(&self, shadow: &mut Shadow, rules: &Rules) -> Result<Database> {
        match &self.origin {
            Origin::Live(catalog, pending) => {
                let empty = pristine(shadow, rules).await?;
                let mut clone = acting(shadow.create("clone").await?, &self.server.role).await?;
                let cloned = settle(&mut clone, &empty, catalog, &self.server, rules).await;
                cloned.map_err(|it| it.within("the live schema could not be cloned"))?;
                for script in pending {
                    let ran = script::run(script, &mut clone).await;
                    ran.map_err(|it| it.within("a pending migration fails on a clone of the live schema"))?;
                }
                acting(clone, &self.server.role).await
            }
            Origin::Replayed(migrations) => {
                let mut clone = shadow.create("clone").await?;
                for script in migrations {
                    script::run(script, &mut clone).await?;
                }
                Ok(clone)
            }
            Origin::Declared(source) => {
                let mut clone = shadow.create("clone").await?;
                source::load(source, &mut clone).await?;
                Ok(clone)
            }
        }
    }
}

/// The desired catalog: the folder loaded into the shadow, in the base's terms.
pub async fn desired(shadow: &mut Shadow, source: &Source, base: &Base, rules: &Rules) -> Result<Catalog> {
    shadow.stub_roles(&source.roles).await?;
    shadow.stub_tablespaces(&source.tablespaces).await?;
    let mut database = shadow.create("desired").await?;
    source::load(source, &mut database).await?;
    let catalog = rules.apply(introspect(&mut database).await?).0;
    database.close().await?;
    report_unclaimed(&catalog, "the schema folder")?;
    Ok(adopt(catalog, &base.catalog, shadow.superuser(), &base.server.role))
}

/// An object that no kind knows would be a silent miss: named, and refused.
fn report_unclaimed(catalog: &Catalog, place: &str) -> Result<()> {
    if catalog.unclaimed.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = catalog.unclaimed.iter().map(String::as_str).collect();
    Err(Error::new(format!("{place} holds objects that schemagen does not manage yet: {}", names.join(", ")))
        .help("remove them from the folder, or report which kind of object you need"))
}

/// The connection acting as the role that will run the migration.
async fn acting(mut database: Database, role: &str) -> Result<Database> {
    if role != crate::shadow::SUPERUSER {
        database.run(&format!("SET SESSION AUTHORIZATION {}", crate::sql::name(role))).await?;
    }
    Ok(database)
}

/// Brings a database from one state to the other, planning again what is left; fails with what cannot be reached.
async fn settle(database: &mut Database, from: &Catalog, to: &Catalog, server: &Server, rules: &Rules) -> Result<()> {
    let mut state = from.clone();
    for _ in 0..ROUNDS {
        if diff(&state, to).is_empty() {
            return Ok(());
        }
        let steps = plan(&state, to, server, Manner::Strict)?;
        if steps.steps.is_empty() {
            break;
        }
        let statements = render::statements(&steps);
        for chunk in statements.chunks(150) {
            let text: Vec<&str> = chunk.iter().map(|it| it.sql.as_str()).collect();
            let mut sql = String::from("SET check_function_bodies = off;\n");
            sql.push_str(&text.join(";\n"));
            if let Err(error) = database.run(&sql).await {
                return Err(one_by_one(database, &text).await.unwrap_or(error));
            }
        }
        state = rules.apply(introspect(database).await?).0;
    }
    if diff(&state, to).is_empty() {
        Ok(())
    } else {
        Err(differences(&state, to, "the state reached differs from the one wanted"))
    }
}

/// Runs statements singly to name the one that fails.
async fn one_by_one(database: &mut Database, statements: &[&str]) -> Option<Error> {
    for statement in statements {
        if let Err(error) = database.run(statement).await {
            return Some(error.note(format!("statement: {statement}")));
        }
    }
    None
}

/// Fails when two states differ, saying how.
pub fn compare(reached: &Catalog, wanted: &Catalog, message: &str) -> Result<()> {
    if diff(reached, wanted).is_empty() { Ok(()) } else { Err(differences(reached, wanted, message)) }
}

/// An error that lists how two states differ.
fn differences(reached: &Catalog, wanted: &Catalog, message: &str) -> Error {
    let mut error = Error::new(message);
    for (id, verb) in diff(reached, wanted).into_iter().take(12) {
        let attrs = |catalog: &Catalog| catalog.get(&id).map_or("nothing".to_owned(), |it| it.attrs.to_string());
        error = error.note(match verb {
            Verb::Create => format!("{id} is missing"),
            Verb::Drop => format!("{id} is left over"),
            _ => format!("{id}: {} instead of {}", attrs(reached), attrs(wanted)),
        });
    }
    error
}

/// Steps that run in one file, with all they change.
fn part_plan(steps: Vec<Planned>, changes: BTreeMap<Id, Verb>) -> Plan {
    Plan { steps, changes }
}

/// Plans both ways and runs them on copies of the clone until the way there gives exactly the desired state, the way back exactly
/// the old one, and the way there runs again.
pub async fn prove(shadow: &mut Shadow, base: &mut Base, desired: &Catalog, rules: &Rules) -> Result<Proven> {
    let mut ups = vec![plan(&base.catalog, desired, &base.server, Manner::Strict)?];
    let mut downs: BTreeMap<usize, Plan> = BTreeMap::new();
    for _ in 0..2 * ROUNDS {
        let started = Instant::now();
        let mut database = match base.clone.take() {
            Some(it) => it,
            None => base.make_clone(shadow, rules).await?,
        };
        let attempt = attempt(&mut database, base, desired, rules, &mut ups, &mut downs).await;
        database.close().await?;
        if let Some(states) = attempt? {
            let parts = (0..ups.len())
                .map(|it| Part {
                    up: ups[it].clone(),
                    down: downs.get(&it).cloned().unwrap_or_default(),
                    from: states[it].clone(),
                    to: states[it + 1].clone(),
                })
                .collect();
            return Ok(Proven { parts, seconds: started.elapsed().as_secs_f64(), findings: Vec::new() });
        }
    }
    Err(Error::new("the proof did not come to an end: each run of the migration left something else undone")
        .help("this is a bug in schemagen: please report it with the two schemas"))
}

/// One run there, back and there again. `None` when the plans had to be completed: then all is run anew.
async fn attempt(
    database: &mut Database,
    base: &Base,
    desired: &Catalog,
    rules: &Rules,
    ups: &mut Vec<Plan>,
    downs: &mut BTreeMap<usize, Plan>,
) -> Result<Option<Vec<Catalog>>> {
    let mut states = vec![base.catalog.clone()];
    for number in 0..ups.len() {
        if let Err(error) = run(database, &ups[number]).await {
            if needs_commit(&error.error) && error.step > 0 {
                let rest = ups[number].steps.split_off(error.step);
                let changes = ups[number].changes.clone();
                ups.insert(number + 1, part_plan(rest, changes));
                return Ok(None);
            }
            return Err(error.error.within("the migration fails on a clone of the database"));
        }
        states.push(rules.apply(introspect(database).await?).0);
    }
    let reached = &states[ups.len()];
    if !diff(reached, desired).is_empty() {
        let more = plan(reached, desired, &base.server, Manner::Strict)?;
        return append(ups.last_mut(), more, reached, desired, "the migration does not reach the desired schema");
    }
    for number in (0..ups.len()).rev() {
        let (from, to) = (&states[number + 1], &states[number]);
        let down = match downs.entry(number) {
            Entry::Occupied(it) => it.into_mut(),
            Entry::Vacant(it) => it.insert(plan(from, to, &base.server, Manner::Tolerant)?),
        };
        match run(database, down).await {
            Ok(()) => {}
            Err(it) if needs_commit(&it.error) && down.steps.len() > 1 => {
                let whole = plan(from, to, &base.server, Manner::OneTransaction)?;
                if whole.steps != down.steps {
                    *down = whole;
                    return Ok(None);
                }
                return Err(it.error.within("the rollback fails on a clone of the database"));
            }
            Err(it) => return Err(it.error.within("the rollback fails on a clone of the database")),
        }
        let reached = rules.apply(introspect(database).await?).0;
        if !diff(&reached, to).is_empty() {
            let more = plan(&reached, to, &base.server, Manner::Tolerant)?;
            return append(downs.get_mut(&number), more, &reached, to, "the rollback does not restore the old schema");
        }
    }
    for up in ups.iter() {
        run(database, up).await.map_err(|it| it.error.within("the migration fails when it runs again after its rollback"))?;
    }
    let again = rules.apply(introspect(database).await?).0;
    if !diff(&again, desired).is_empty() {
        return Err(differences(&again, desired, "the migration, run again after its rollback, gives another schema"));
    }
    Ok(Some(states))
}

/// Whether a statement uses an enum label that was added in the same transaction (55P04).
fn needs_commit(error: &Error) -> bool {
    error.sqlstate.as_deref() == Some("55P04")
}

/// Appends what a plan left undone; fails when nothing can be done about it.
fn append(
    plan: Option<&mut Plan>,
    more: Plan,
    reached: &Catalog,
    wanted: &Catalog,
    message: &str,
) -> Result<Option<Vec<Catalog>>> {
    tracing::debug!(left = %differences(reached, wanted, message));
    match plan {
        Some(plan) if !more.steps.is_empty() && !repeats(plan, &more) => {
            plan.steps.extend(more.steps);
            Ok(None)
        }
        _ => Err(differences(reached, wanted, message).help("nothing was written; this is a bug in schemagen: please report it")),
    }
}

/// Whether all of `more` was already tried at the end of `plan`.
fn repeats(plan: &Plan, more: &Plan) -> bool {
    let tail: Vec<_> = plan.steps.iter().rev().take(more.steps.len()).map(|it| &it.step).collect();
    more.steps.iter().rev().map(|it| &it.step).eq(tail)
}

/// A statement that failed, by the number of its first step.
struct Failure {
    step: usize,
    error: Error,
}

/// Runs a plan as one migration file runs: in one transaction.
async fn run(database: &mut Database, plan: &Plan) -> std::result::Result<(), Failure> {
    let outer = |error: Error| Failure { step: 0, error };
    database.run("BEGIN").await.map_err(outer)?;
    database.run("SET LOCAL check_function_bodies = off").await.map_err(outer)?;
    let mut step = 0;
    for statement in render::statements(plan) {
        if let Err(error) = database.run(&statement.sql).await {
            database.run("ROLLBACK").await.map_err(outer)?;
            return Err(Failure { step, error: error.note(format!("statement: {}", statement.sql)) });
        }
        step += statement.ids.len();
    }
    database.run("COMMIT").await.map_err(outer)
}

/// What the forward plans lose for good, in words.
pub fn losses(proven: &Proven) -> BTreeSet<String> {
    let hazards = proven.parts.iter().flat_map(|it| &it.up.steps).flat_map(|it| &it.step.hazards);
    hazards
        .filter_map(|it| match it {
            crate::hazard::Hazard::DataLoss(what) => Some(what.clone()),
            _ => None,
        })
        .collect()
}
