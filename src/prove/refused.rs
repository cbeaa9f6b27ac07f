//! Routines that PostgreSQL accepts before a migration and refuses after it: they fail when they are called next.
//!
//! It looks at a body when the routine is made and not again, and a migration says `check_function_bodies = off`, as bodies may name
//! what comes later. So the language's validator is asked, on the clone, of those that may read what changes.

use std::collections::{BTreeMap, BTreeSet};

use indoc::formatdoc;

use crate::catalog::{Catalog, Id, Object};
use crate::database::Database;
use crate::engine::Base;
use crate::error::Result;
use crate::kinds::{Body, Called, Space, Verb, kind};
use crate::renames::Renamed;
use crate::shadow::Shadow;
use crate::sql;
use crate::timing;

/// SQLSTATE and message for each routine that is refused.
type Refused = BTreeMap<String, (String, String)>;

/// `invalid_function_definition`: what it returns is not what it is declared to. No other `search_path` makes that good.
const WRONG_RESULT: &str = "42P13";

/// Each such routine as a sentence. `after` is a database after the migration, `base` makes one before it, with the old names.
pub(super) async fn of(
    to: &Catalog,
    changes: &BTreeMap<Id, Verb>,
    renamed: &Renamed,
    after: &mut Database,
    base: &mut Base,
    shadow: &mut Shadow,
) -> Result<Vec<String>> {
    let _stage = timing::stage("look for routines that fail");
    let suspects = suspects(renamed.base(&base.catalog), to, changes);
    let refused = ask(after, suspects.values()).await?;
    if refused.is_empty() {
        return Ok(Vec::new());
    }
    let stood = |id: &Id| base.catalog.get(&Id { kind: id.kind.clone(), path: renamed.path_before(id) }).and_then(routine);
    let suspects = suspects.iter().filter(|(_, it)| refused.contains_key(&it.routine));
    let stood: BTreeMap<&str, Body> = suspects.filter_map(|(id, it)| Some((it.routine.as_str(), stood(id)?))).collect();
    let mut clone = base.clone_of(shadow).await?;
    let before = ask(&mut clone, stood.values()).await?;
    base.give_back(clone);
    let is_news = |routine: &str, (state, _): &(String, String)| match stood.get(routine) {
        Some(it) => !before.contains_key(&it.routine),
        None => state == WRONG_RESULT,
    };
    let news = refused.iter().filter(|(routine, why)| is_news(routine, why));
    Ok(news.map(|(routine, (_, message))| format!("{routine} fails: {message}")).collect())
}

/// Routines in whose definition something is named that was there, or is part of what was, and changes.
fn suspects(from: &Catalog, to: &Catalog, changes: &BTreeMap<Id, Verb>) -> BTreeMap<Id, Body> {
    let stands = |id: &Id| from.get(id).is_some();
    let changed = changes.keys().filter_map(|id| from.get(id).or_else(|| to.get(id)));
    let changed = changed.filter(|it| stands(&it.id) || it.parent.as_ref().is_some_and(stands));
    let words: BTreeSet<String> = changed.flat_map(|it| kind(&it.id.kind).called(it)).filter_map(word).collect();
    let names_one = |it: &Body| words.iter().any(|word| it.definition.contains(word.as_str()));
    if words.is_empty() {
        return BTreeMap::new();
    }
    to.objects.values().filter_map(|it| Some((it.id.clone(), routine(it).filter(names_one)?))).collect()
}

fn routine(object: &Object) -> Option<Body> {
    let body = kind(&object.id.kind).body(object)?;
    (matches!(body.language.as_str(), "sql" | "plpgsql") && !body.definition.is_empty()).then_some(body)
}

/// The name that a body cannot do without where it reads this: of a column that of its table.
fn word(called: Called) -> Option<String> {
    let is_part = matches!(called.space, Space::Column | Space::Label | Space::Routine);
    called.path.into_iter().rev().nth(usize::from(is_part))
}

/// Has each routine validated, under the `search_path` that it has when it is called.
async fn ask(database: &mut Database, routines: impl Iterator<Item = &Body>) -> Result<Refused> {
    let asked = |it: &Body| {
        let name = it.routine.split_once(' ').map_or("", |it| it.1);
        let path = it.search_path.as_deref().map_or("NULL".to_owned(), sql::literal);
        format!("({}, {}, {path})", sql::literal(&it.routine), sql::literal(name))
    };
    let asked: Vec<String> = routines.map(asked).collect();
    if asked.is_empty() {
        return Ok(Refused::new());
    }
    let block = formatdoc! {"
        DECLARE
            _it record;
            _own text := pg_catalog.current_setting('search_path');
            _refused jsonb := '{{}}';
            _detail text;
        BEGIN
            SET LOCAL check_function_bodies = on;
            FOR _it IN
                SELECT asked.routine, asked.path, p.oid, l.lanvalidator::regproc AS validator
                  FROM (VALUES {asked}) asked(routine, name, path)
                  JOIN pg_catalog.pg_proc p ON p.oid = pg_catalog.to_regprocedure(asked.name)
                  JOIN pg_catalog.pg_language l ON l.oid = p.prolang
            LOOP
                BEGIN
                    SET LOCAL search_path TO DEFAULT;
                    IF _it.path IS NOT NULL THEN
                        PERFORM pg_catalog.set_config('search_path', _it.path, true);
                    END IF;
                    EXECUTE pg_catalog.format('SELECT %s(%s)', _it.validator, _it.oid);
                EXCEPTION WHEN OTHERS THEN
                    GET STACKED DIAGNOSTICS _detail = PG_EXCEPTION_DETAIL;
                    _refused := _refused || pg_catalog.jsonb_build_object(_it.routine,
                        pg_catalog.jsonb_build_array(SQLSTATE, SQLERRM || coalesce(' (' || nullif(rtrim(_detail, '.'), '') || ')', '')));
                END;
                PERFORM pg_catalog.set_config('search_path', _own, true);
            END LOOP;
            PERFORM pg_catalog.set_config('schemagen.refused', _refused::text, false);
        END;
    ", asked = asked.join(", ")};
    if let Err(error) = database.run(&format!("DO {}", sql::dollar(&block))).await {
        // PL/pgSQL can be dropped: then nobody is asked.
        tracing::debug!(%error, "routines could not be validated");
        return Ok(Refused::new());
    }
    database.value("SELECT pg_catalog.current_setting('schemagen.refused')::jsonb", &[]).await
}
