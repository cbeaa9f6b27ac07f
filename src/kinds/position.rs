//! Where a sequence stands: kept when it goes, handed over to what gives its column values then, and brought back by the rollback.

use serde_json::Value;

use super::{Context, Kept, Step};
use crate::catalog::{Id, Object};
use crate::sql;

/// The position of a sequence that gives a column its values, and what gives them to it then.
pub(super) fn position(sequence: &[String], object: &Object, column: Option<&Id>, archive: &str, context: &Context<'_>) -> Kept {
    let name = sql::path(sequence);
    let save = Step::new(format!("CREATE TABLE {archive} AS SELECT last_value, is_called FROM {name}"));
    // Rows that were written since may have made it go on.
    let set = format!(
        "PERFORM pg_catalog.setval({}, a.last_value, a.is_called) FROM {archive} AS a, {name} AS s \
         WHERE NOT s.is_called OR s.last_value < a.last_value",
        sql::literal(&name)
    );
    Kept {
        save: vec![save],
        restore: vec![super::brought_back::bring_back(archive, &set)],
        after: vec![object.id.clone()],
        anew: false,
        early: true,
        source: None,
        replaces: Vec::new(),
        heir: match column {
            Some(it) => heir(it, archive, context),
            None => successor(&object.id, archive, context),
        },
        ahead: None,
    }
}

/// What gives a column its values instead of a sequence that goes: no number comes twice, also where the rows that had it are gone.
fn heir(column: &Id, archive: &str, context: &Context<'_>) -> Option<(Id, Step)> {
    let identity = context.to.get(&Id::new("identity", &column.path));
    let owned = || context.to.of_kind("owned_by").find(|it| super::owned_by::column(it).as_ref() == Some(column));
    let object = identity.or_else(owned).filter(|it| context.is_created(&it.id))?;
    match object.attrs.get("sequence") {
        Some(it) => {
            let path: Vec<String> = it["name"].as_array()?.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect();
            Some((object.id.clone(), handed_on(&path, it, archive)?))
        }
        None => Some((object.id.clone(), handed_on(&object.id.path, options(&object.id, context)?, archive)?)),
    }
}

/// The same of a sequence that no column owns: the first that columns come to take their numbers from.
fn successor(sequence: &Id, archive: &str, context: &Context<'_>) -> Option<(Id, Step)> {
    let (default, next) = super::numbered::successor(sequence, context)?;
    Some((default.id.clone(), handed_on(&next.path, options(next, context)?, archive)?))
}

fn options<'a>(sequence: &Id, context: &Context<'a>) -> Option<&'a Value> {
    context.to.get(&Id::new("sequence", &sequence.path)).map(|it| &it.attrs)
}

/// Sets a sequence where the other one stood.
fn handed_on(path: &[String], options: &Value, archive: &str) -> Option<Step> {
    let [increment, least, most] = ["increment", "minimum", "maximum"].map(|it| options[it].as_i64());
    let (name, least, most) = (sql::path(path), least?, most?);
    let go_on = format!(
        "SELECT pg_catalog.setval({}, a.last_value, a.is_called) FROM {archive} AS a, {name} AS s \
         WHERE (a.last_value, a.is_called) > (s.last_value, s.is_called) AND a.last_value BETWEEN {least} AND {most}",
        sql::literal(&name)
    );
    (increment? > 0).then(|| Step::new(go_on))
}
