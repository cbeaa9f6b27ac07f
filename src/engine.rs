//! The states a migration leads from and to: the live schema with a clone of it, and the desired one.

mod folder;
mod settled;

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::catalog::{Catalog, Id, Object};
use crate::database::Database;
use crate::desired::adopt;
use crate::error::Result;
use crate::fingerprint::{self, Comparison};
use crate::introspect::{introspect, introspect_ours};
use crate::kinds::{Conditions, KINDS, Server, kind};
use crate::migrations;
use crate::plan::plan;
use crate::render;
use crate::rules::{LeftAlone, Rules};
use crate::script::{self, Script};
use crate::shadow::Shadow;
use crate::sizes::Sizes;
use crate::source::{self, Source};
use crate::timing;

pub(crate) use folder::desired_of;
pub use folder::{Loaded, desired};
pub use settled::compare;
pub(crate) use settled::{differences, settle};

/// From so many objects on, a clone is made once and copied: to make it again takes longer than a copy of its files.
const LARGE: usize = 3000;

/// Why a migration that was proven may fail later.
const STRANGER: &str = "something else has changed the live schema: undo that, or take the pending files away and run diff again";

/// The state that a migration starts from; a clone of it stands in the shadow.
#[derive(Debug)]
pub struct Base {
    /// What is there.
    pub catalog: Catalog,
    /// The server it is for.
    pub server: Server,
    /// Objects left out at the user's request.
    pub left_alone: LeftAlone,
    /// How large what is there is.
    pub sizes: Sizes,
    /// What is there with those among them that the rest may stand on.
    whole: Catalog,
    /// The rules that keep them.
    giving: Rules,
    origin: Origin,
    /// A clone that nothing has run on yet.
    clone: Option<Database>,
    /// A database of the shadow in this state that clones are copied from.
    template: Option<String>,
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
    let catalog = introspect_ours(&mut database).await?;
    database.close().await?;
    if let (Some(file), Ok(text)) = (memory, serde_json::to_vec(&catalog)) {
        // It only saves time: where it cannot be kept it is read again.
        let _ = std::fs::write(file, text);
    }
    Ok(rules.apply(catalog).0)
}

/// The live database as base: read, and cloned into the shadow; then the pending migrations run on the clone.
pub async fn live_base(shadow: &mut Shadow, live: &mut Database, pending: Vec<Script>, rules: &Rules) -> Result<Base> {
    let server = ready_for(shadow, live).await?;
    let read = read(live).await?;
    Base::live(shadow, server, read, pending, rules).await
}

/// The same beside a folder that is loaded meanwhile. Not so where what the folder stands on follows from what is read.
pub async fn live_base_and_folder(
    shadow: &mut Shadow,
    live: &mut Database,
    source: &Source,
    pending: Vec<Pending>,
    rules: &Rules,
) -> Result<(Base, Option<Result<Loaded>>)> {
    let server = ready_for(shadow, live).await?;
    let (read, loaded) = match rules.leave_alone() {
        true => (read(live).await, None),
        false => {
            let (read, loaded) = tokio::join!(read(live), folder::load(shadow, source, &server));
            (read, Some(loaded))
        }
    };
    let read = read?;
    let pending = left(pending, &read.0, &server, rules);
    Ok((Base::live(shadow, server, read, pending, rules).await?, loaded))
}

/// A migration that is not applied, and the state that it leads to where its file says so.
#[derive(Debug)]
pub struct Pending {
    /// What it does.
    pub script: Script,
    /// The fingerprint of the state.
    pub leads_to: Option<String>,
}

/// What is left to run where some of it is there by hand: `apply` records those, too.
fn left(pending: Vec<Pending>, live: &Catalog, server: &Server, rules: &Rules) -> Vec<Script> {
    if pending.is_empty() {
        return Vec::new();
    }
    let now = fingerprint::of(&rules.apply(live.clone()).0, server, rules);
    let states = pending.iter().map(|it| it.leads_to.as_deref());
    let there = migrations::there(states, |it| fingerprint::compare(it, &now) == Comparison::Same);
    pending.into_iter().skip(there).map(|it| it.script).collect()
}

/// Gives the shadow the roles and tablespaces of the live server.
async fn ready_for(shadow: &mut Shadow, live: &mut Database) -> Result<Server> {
    const ROLES: &str = "SELECT coalesce(jsonb_agg(rolname), '[]') FROM pg_catalog.pg_roles";
    const SUPERUSERS: &str = "SELECT coalesce(jsonb_agg(rolname), '[]') FROM pg_catalog.pg_roles WHERE rolsuper";
    const TABLESPACES: &str = "SELECT coalesce(jsonb_agg(spcname), '[]') FROM pg_catalog.pg_tablespace WHERE spcname !~ '^pg_'";
    let server = live.server().await?;
    shadow.stub_roles(&live.value(ROLES, &[]).await?).await?;
    shadow.stub_superusers(&live.value(SUPERUSERS, &[]).await?).await?;
    shadow.stub_superusers(&BTreeSet::from([server.role.clone()])).await?;
    shadow.stub_tablespaces(&live.value(TABLESPACES, &[]).await?).await?;
    Ok(server)
}

/// Reads a live database.
async fn read(live: &mut Database) -> Result<(Catalog, Sizes)> {
    let whole = introspect(live).await?;
    folder::report_unclaimed(&whole, "the live database")?;
    Ok((whole, Sizes::read(live).await?))
}

/// An empty database as base, for a live schema that is to be exported: the live catalog, and a clone of nothing.
pub async fn empty_base(shadow: &mut Shadow, live: &mut Database, rules: &Rules) -> Result<(Base, Catalog)> {
    let mut whole = live_base(shadow, live, Vec::new(), rules).await?;
    whole.stand(shadow).await?;
    let empty = pristine(shadow, rules).await?;
    let Base { catalog, server, left_alone, whole, giving, .. } = whole;
    // The empty database's own objects belong to the shadow's superuser; there is nothing to say of them.
    let empty = adopt(empty, &catalog, shadow.superuser(), &server.role);
    // What is left alone is there before the export is, but for what stands on the export.
    let mut given = giving.given.clone();
    let stands = |it: &Id, given: &BTreeSet<Id>| whole.needs(it).all(|need| given.contains(need) || empty.get(need).is_some());
    while let Some(id) = given.iter().find(|it| !stands(it, &given)).cloned() {
        given.remove(&id);
    }
    let mut whole = whole;
    whole.objects.retain(|id, _| given.contains(id));
    whole.needs.retain(|id, _| given.contains(id));
    whole.objects.extend(empty.objects.clone());
    whole.needs.extend(empty.needs.clone());
    let (giving, origin) = (Rules { given, ..giving }, Origin::Live(whole.clone(), Vec::new()));
    let base =
        Base { catalog: empty, server, left_alone, sizes: Sizes::empty(), whole, giving, origin, clone: None, template: None };
    Ok((base, catalog))
}

/// The migrations folder as base: what replaying it gives.
pub async fn replayed_base(shadow: &mut Shadow, migrations: Vec<Script>, rules: &Rules) -> Result<Base> {
    let server = Server { major: shadow.major(), role: shadow.superuser().to_owned(), ..Server::default() };
    let statements: Vec<&str> = migrations.iter().flat_map(|it| &it.statements).map(|it| it.sql.as_str()).collect();
    shadow.stub_roles(&source::roles(statements)?).await?;
    Base::new(shadow, server, Origin::Replayed(migrations), rules).await
}

/// A folder as base: another state that is declared.
pub async fn declared_base(shadow: &mut Shadow, source: Source, rules: &Rules) -> Result<Base> {
    shadow.stub_roles(&source.roles).await?;
    shadow.stub_superusers(&source.superusers).await?;
    shadow.stub_tablespaces(&source.tablespaces).await?;
    let server = Server { major: shadow.major(), role: shadow.superuser().to_owned(), ..Server::default() };
    Ok(Base { sizes: Sizes::empty(), ..Base::new(shadow, server, Origin::Declared(source), rules).await? })
}

impl Base {
    async fn live(
        shadow: &mut Shadow,
        server: Server,
        (whole, sizes): (Catalog, Sizes),
        pending: Vec<Script>,
        rules: &Rules,
    ) -> Result<Base> {
        let mut rules = rules.clone();
        if rules.leave_alone() {
            let bodies = rules.apply(whole.clone()).0.objects.into_iter().filter_map(|it| kind(&it.0.kind).body(&it.1));
            let bodies = bodies.filter(|it| !it.is_bound);
            rules.mentioned.extend(pending.iter().flat_map(|it| &it.statements).flat_map(|it| source::words(&it.sql)));
            rules.mentioned.extend(bodies.flat_map(|it| source::words(&it.text).collect::<Vec<_>>()));
        }
        Ok(Base { sizes, ..Base::new(shadow, server, Origin::Live(whole, pending), &rules).await? })
    }

    async fn new(shadow: &mut Shadow, server: Server, origin: Origin, rules: &Rules) -> Result<Base> {
        let (catalog, whole, left_alone) = (Catalog::default(), Catalog::default(), LeftAlone::new());
        let (sizes, giving) = (Sizes::unknown(), rules.clone());
        let mut base = Base { catalog, server, left_alone, sizes, whole, giving, origin, clone: None, template: None };
        if let Origin::Live(whole, _) = &base.origin {
            base.giving = rules.giving(whole);
        }
        match base.read_whole() {
            Some(whole) => base.take(whole),
            None => drop(base.stand(shadow).await?),
        }
        Ok(base)
    }

    /// What was read of a live database that nothing is pending on: a clone would say no more.
    fn read_whole(&self) -> Option<Catalog> {
        match &self.origin {
            Origin::Live(whole, pending) if pending.is_empty() => Some(whole.clone()),
            _ => None,
        }
    }

    fn rules(&self) -> Rules {
        Rules { given: BTreeSet::new(), ..self.giving.clone() }
    }

    fn take(&mut self, whole: Catalog) {
        if self.giving.given.is_empty() {
            (self.catalog, self.left_alone) = self.giving.apply(whole);
            self.whole = self.catalog.clone();
        } else {
            (self.catalog, self.left_alone) = self.rules().apply(whole.clone());
            self.whole = self.giving.apply(whole).0;
        }
    }

    /// Makes the clone, where there is none yet. Whether the state is another than it was before for it, in words or in what is left
    /// alone.
    pub(crate) async fn stand(&mut self, shadow: &mut Shadow) -> Result<bool> {
        if self.clone.is_some() || self.template.is_some() {
            return Ok(false);
        }
        let mut gives_less = false;
        let (mut clone, spelled) = match self.make_clone(shadow).await {
            // What nothing is known to need may be left alone because it cannot be made.
            Err(error) if !self.giving.mentioned.is_empty() && !self.giving.given.is_empty() => {
                tracing::debug!(%error, "what is left alone cannot all be cloned");
                if let Origin::Live(whole, _) = &self.origin {
                    self.giving = Rules { mentioned: BTreeSet::new(), ..self.rules() }.giving(whole);
                }
                gives_less = true;
                self.make_clone(shadow).await?
            }
            it => it?,
        };
        if self.server.casts.is_empty() {
            // How our own server reads dates says nothing: it may have its zone from the machine.
            self.server = Server { reading: BTreeMap::new(), ..clone.server().await? };
        }
        let whole = match self.read_whole() {
            Some(whole) => whole,
            None => introspect_ours(&mut clone).await?,
        };
        if !matches!(self.origin, Origin::Live(..)) {
            self.giving = self.rules().giving(&whole);
        }
        self.take(whole);
        let is_other = gives_less || !spelled.is_empty();
        for object in spelled {
            if let Some(it) = self.catalog.objects.get_mut(&object.id) {
                *it = object;
            }
        }
        self.clone = Some(clone);
        Ok(is_other)
    }

    /// The statements that make what is left alone and may be needed, on top of what counts.
    fn given(&self) -> Result<Vec<String>> {
        if self.giving.given.is_empty() {
            return Ok(Vec::new());
        }
        let steps = plan(&self.catalog, &self.whole, &Conditions::ours(&self.server))?;
        Ok(render::statements(&steps).into_iter().map(|it| it.sql).collect())
    }

    /// The state after migrations that are not written yet.
    pub(crate) fn advance(&mut self, scripts: Vec<Script>, catalog: Catalog) {
        match &mut self.origin {
            Origin::Live(_, pending) => pending.extend(scripts),
            Origin::Replayed(migrations) => migrations.extend(scripts),
            Origin::Declared(..) => {}
        }
        (self.catalog, self.clone, self.template) = (catalog, None, None);
    }

    /// The state before them: where it is to go back to.
    pub(crate) fn mark(&self) -> (Catalog, usize) {
        let count = match &self.origin {
            Origin::Live(_, scripts) | Origin::Replayed(scripts) => scripts.len(),
            Origin::Declared(..) => 0,
        };
        (self.catalog.clone(), count)
    }

    /// Forgets the migrations since then.
    pub(crate) fn back_to(&mut self, (catalog, count): (Catalog, usize)) {
        if let Origin::Live(_, scripts) | Origin::Replayed(scripts) = &mut self.origin {
            scripts.truncate(count);
        }
        (self.catalog, self.clone, self.template) = (catalog, None, None);
    }

    /// A database in this state that nothing has run on.
    pub(crate) async fn clone_of(&mut self, shadow: &mut Shadow) -> Result<Database> {
        let template = match (self.clone.take(), &self.template) {
            (Some(clone), None) if self.catalog.objects.len() > LARGE => {
                let name = clone.options().get_database().unwrap_or_default().to_owned();
                clone.close().await?;
                self.template.insert(name)
            }
            (Some(clone), _) => return Ok(clone),
            (None, None) => return Ok(self.make_clone(shadow).await?.0),
            (None, Some(template)) => template,
        };
        let _stage = timing::stage("copy the clone");
        acting(shadow.copy(template).await?, &self.server.role).await
    }

    /// Keeps a clone that is as it was for who asks next.
    pub(crate) fn give_back(&mut self, clone: Database) {
        self.clone = Some(clone);
    }

    /// A fresh database in this state, and the objects that are printed in other words there.
    async fn make_clone(&self, shadow: &mut Shadow) -> Result<(Database, Vec<Object>)> {
        let _stage = timing::stage("clone the state now");
        match &self.origin {
            Origin::Live(whole, pending) => {
                let rules = &self.giving;
                let catalog = &rules.apply(whole.clone()).0;
                let empty = pristine(shadow, rules).await?;
                let mut clone = acting(shadow.create("clone").await?, &self.server.role).await?;
                let cloned = settle(&mut clone, &empty, catalog, &self.server, rules).await;
                let spelled = cloned.map_err(|it| it.within("the live schema could not be cloned"))?;
                // What was read for that left a search_path that hides what hand-written migrations name without a schema.
                clone.run("RESET ALL").await?;
                for script in pending {
                    let ran = script::run(script, &mut clone).await;
                    ran.map_err(|it| it.within("a pending migration fails on a clone of the live schema").help(STRANGER))?;
                    // What a script sets ends with it, and who it ran as.
                    clone = acting(clone, &self.server.role).await?;
                }
                Ok((clone, spelled))
            }
            Origin::Replayed(migrations) => {
                let mut clone = shadow.create("clone").await?;
                for script in migrations {
                    script::run(script, &mut clone).await?;
                }
                Ok((clone, Vec::new()))
            }
            Origin::Declared(source) => {
                let mut clone = shadow.create("clone").await?;
                source::load(source, &mut clone).await?;
                Ok((clone, Vec::new()))
            }
        }
    }
}

/// The connection acting as the role that will run the migration.
async fn acting(mut database: Database, role: &str) -> Result<Database> {
    if role != crate::shadow::SUPERUSER {
        database.run(&format!("SET SESSION AUTHORIZATION {}", crate::sql::name(role))).await?;
    }
    Ok(database)
}
