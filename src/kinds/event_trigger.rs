//! Event triggers (`pg_event_trigger`): the last to come and the first to go, as they fire on what we do in between.

use serde::Deserialize;

use super::{Alteration, Context, Folded, Kind, Section, Step};
use crate::catalog::Object;
use crate::error::Result;
use crate::sql;

pub(super) struct EventTrigger;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attrs {
    event: String,
    tags: Vec<String>,
    function: String,
    enabled: char,
}

fn enable(object: &Object, enabled: char) -> Step {
    let state = match enabled {
        'D' => "DISABLE",
        'R' => "ENABLE REPLICA",
        'A' => "ENABLE ALWAYS",
        _ => "ENABLE",
    };
    Step::new(format!("ALTER EVENT TRIGGER {} {state}", sql::path(&object.id.path)))
}

impl Kind for EventTrigger {
    fn name(&self) -> &'static str {
        "event_trigger"
    }

    fn query(&self) -> &'static str {
        include_str!("event_trigger.sql")
    }

    fn home(&self) -> Option<&'static str> {
        Some("pg_catalog.pg_event_trigger WHERE oid >= 16384")
    }

    fn section(&self) -> Section {
        Section::Last
    }

    fn create(&self, object: &Object, _: &[Folded<'_>], _: &Context<'_>) -> Result<Vec<Step>> {
        let Attrs { event, tags, function, enabled } = object.read()?;
        let tags: Vec<String> = tags.iter().map(|it| sql::literal(it)).collect();
        let filter = if tags.is_empty() { String::new() } else { format!(" WHEN TAG IN ({})", tags.join(", ")) };
        let (name, event) = (sql::path(&object.id.path), sql::name(&event));
        let create = Step::new(format!("CREATE EVENT TRIGGER {name} ON {event}{filter} EXECUTE FUNCTION {function}()"));
        Ok([create].into_iter().chain((enabled != 'O').then(|| enable(object, enabled))).collect())
    }

    fn drop(&self, object: &Object, context: &Context<'_>) -> Result<Vec<Step>> {
        Ok(super::dropped("EVENT TRIGGER", object, context))
    }

    fn alter(&self, from: &Object, to: &Object, _: &Context<'_>) -> Result<Alteration> {
        let (old, new): (Attrs, Attrs) = (from.read()?, to.read()?);
        if (&old.event, &old.tags, &old.function) != (&new.event, &new.tags, &new.function) {
            return Ok(Alteration::Rebuild);
        }
        Ok(Alteration::Steps(vec![enable(to, new.enabled)]))
    }
}
