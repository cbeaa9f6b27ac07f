//! Subscriptions (`pg_subscription`). No statement here connects to a publisher, nor makes the server do so.
//!
//! So a subscription comes disabled and without its tables, and goes without its replication slot; both are said as risks. Whether it
//! is enabled is state, as for PostgreSQL's own dump. The connection string is a secret that only superusers read: `None` for
//! others, and then not compared.

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::hazard::Hazard;
use crate::sql;

pub(super) struct Subscription;

#[derive(Deserialize, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct Attrs {
    #[serde(rename = "secret_connection")]
    connection: Option<String>,
    publications: Vec<String>,
    slot_name: Option<String>,
    synchronous_commit: String,
    binary: bool,
    streaming: String,
    two_phase: bool,
    disable_on_error: bool,
    password_required: bool,
    run_as_owner: bool,
    origin: String,
    failover: bool,
    #[serde(rename = "_enabled")]
    enabled: bool,
}

impl Attrs {
    /// Parameters that `SET` takes without asking the publisher, by name.
    fn adjustable(&self) -> [(&'static str, String); 8] {
        [
            ("slot_name", self.slot_name.as_ref().map_or("NONE".to_owned(), |it| sql::literal(it))),
            ("synchronous_commit", sql::literal(&self.synchronous_commit)),
            ("binary", self.binary.to_string()),
            ("streaming", self.streaming.clone()),
            ("disable_on_error", self.disable_on_error.to_string()),
            ("password_required", self.password_required.to_string()),
            ("run_as_owner", self.run_as_owner.to_string()),
            ("origin", self.origin.clone()),
        ]
    }

    /// What `CREATE` must say: slot and streaming always (the default of streaming is another one in 18), the rest where it is
    /// not the default.
    fn parameters(&self) -> Vec<String> {
        let defaults = ["", "'off'", "false", "", "false", "true", "false", "any"];
        let mut parameters = vec!["connect = false".to_owned()];
        let said = self.adjustable().into_iter().zip(defaults).filter(|((_, value), default)| value != default);
        parameters.extend(said.map(|((name, value), _)| format!("{name} = {value}")));
        parameters.extend(self.two_phase.then(|| "two_phase = true".to_owned()));
        parameters.extend(self.failover.then(|| "failover = true".to_owned()));
        parameters
    }
}

impl Kind for Subscription {
    fn name(&self) -> &'static str {
        "subscription"
    }

    fn query(&self) -> &'static str {
        include_str!("subscription.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_subscription")
    }

    fn section(&self) -> Section {
        Section::Last
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let name = sql::path(&object.id.path);
        let connection = sql::literal(attrs.connection.as_deref().unwrap_or_default());
        let (publications, parameters) = (sql::names(&attrs.publications), attrs.parameters().join(", "));
        let create = format!("CREATE SUBSCRIPTION {name} CONNECTION {connection} PUBLICATION {publications} WITH ({parameters})");
        let mut step = Step::new(create).risks(Hazard::BreaksApplication(format!(
            "the subscription {name} receives nothing until it is enabled and refreshed by hand"
        )));
        if attrs.connection.is_none() {
            step = step.risks(Hazard::Irreversible(format!("the connection string of {name} is not readable for this role")));
        }
        Ok(vec![step])
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        let attrs: Attrs = object.read()?;
        let name = sql::path(&object.id.path);
        let mut steps = Vec::new();
        if let Some(slot) = attrs.slot_name {
            let kept = Hazard::Irreversible(format!("the replication slot {slot} of {name} stays on the publisher"));
            steps.push(Step::new(format!("ALTER SUBSCRIPTION {name} DISABLE")));
            steps.push(Step::new(format!("ALTER SUBSCRIPTION {name} SET (slot_name = NONE)")).risks(kept));
        }
        steps.push(Step::new(format!("DROP SUBSCRIPTION {}{name}", context.if_exists())));
        Ok(steps)
    }

    fn alter(&self, from: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        if (old.two_phase, old.failover) != (new.two_phase, new.failover) {
            return Ok(Alteration::Rebuild); // in place, the publisher would be asked
        }
        let step = |clause: String| Step::new(format!("ALTER SUBSCRIPTION {} {clause}", sql::path(&to.id.path)));
        let mut steps = Vec::new();
        if let (Some(before), Some(after)) = (&old.connection, &new.connection)
            && before != after
        {
            steps.push(step(format!("CONNECTION {}", sql::literal(after))));
        }
        if old.publications != new.publications {
            steps.push(step(format!("SET PUBLICATION {} WITH (refresh = false)", sql::names(&new.publications))));
        }
        let settings = old.adjustable().into_iter().zip(new.adjustable()).filter(|(before, after)| before != after);
        let settings: Vec<String> = settings.map(|(_, (name, value))| format!("{name} = {value}")).collect();
        if !settings.is_empty() {
            steps.extend((old.enabled && new.slot_name.is_none()).then(|| step("DISABLE".to_owned())));
            steps.push(step(format!("SET ({})", settings.join(", "))));
        }
        Ok(Alteration::Steps(steps))
    }
}
