//! How what was kept in an archive comes back.

use super::{Context, Step, partition};
use crate::catalog::Id;
use crate::sql;

/// Brings back from an archive that may not be there (a migration that stopped half way), and removes it.
pub(super) fn bring_back(archive: &str, statement: &str) -> Step {
    let body = format!(
        "\nBEGIN\n    IF to_regclass({}) IS NOT NULL THEN\n        {statement};\n        DROP TABLE {archive};\n    END IF;\nEND;\n",
        sql::literal(archive)
    );
    Step::new(format!("DO {}", sql::dollar(&body)))
}

/// The same by an update, during which the table's triggers rest: a trigger that notes the time of a change, for one, would change
/// what was never gone. And a table whose updates are published without a key to tell its rows by is told by all its columns: else
/// PostgreSQL refuses them. All is as it was afterwards. A commit's checks are done before, as a table with some waiting is not altered.
pub(super) fn bring_back_quietly(table: &[String], archive: &str, update: &str, context: &Context<'_>) -> Step {
    let below = partition::below(context.from, table);
    let is_there = |it: &Id| it.path[..2] == *table || below.iter().any(|part| part.path[..2] == it.path[..2]);
    let (states, is_published) = ([context.from, context.to], is_published(context));
    if !is_published && !states.iter().any(|state| state.of_kind("trigger").any(|it| is_there(&it.id))) {
        return bring_back(archive, update);
    }
    quietly(table, archive, update, &format!("        DROP TABLE {archive};\n"), is_published)
}

/// The same with what comes after it: the copy goes, or stays.
pub(super) fn quietly(table: &[String], archive: &str, update: &str, afterwards: &str, is_published: bool) -> Step {
    let name = sql::literal(&sql::path(table));
    let identities = if is_published { identities(&name) } else { String::new() };
    let body = format!(
        "
DECLARE
    _off text[];
    _on text[];
    _sql text;
BEGIN
    IF to_regclass({}) IS NOT NULL THEN
        SELECT array_agg(format('ALTER TABLE ONLY %s DISABLE TRIGGER %I', tgrelid::regclass, tgname)),
               array_agg(format('ALTER TABLE ONLY %s ENABLE %s %I', tgrelid::regclass,
                   CASE tgenabled WHEN 'A' THEN 'ALWAYS TRIGGER' ELSE 'TRIGGER' END, tgname))
        INTO _off, _on
        FROM pg_trigger
        WHERE (tgrelid = {name}::regclass OR tgrelid IN (SELECT relid FROM pg_partition_tree({name})))
          AND NOT tgisinternal AND tgenabled IN ('O', 'A');
{identities}        FOREACH _sql IN ARRAY coalesce(_off, '{{}}') LOOP
            EXECUTE _sql;
        END LOOP;
        {update};
        SET CONSTRAINTS ALL IMMEDIATE;
        FOREACH _sql IN ARRAY coalesce(_on, '{{}}') LOOP
            EXECUTE _sql;
        END LOOP;
{afterwards}    END IF;
END;
",
        sql::literal(archive)
    );
    Step::new(format!("DO {}", sql::dollar(&body)))
}

/// Adds to the statements before and after an update of the table `name` what tells its rows by all columns, where nothing else does.
fn identities(name: &str) -> String {
    format!(
        "        SELECT _off || array_agg(format('ALTER TABLE ONLY %s REPLICA IDENTITY FULL', oid::regclass)),
               _on || array_agg(format('ALTER TABLE ONLY %s REPLICA IDENTITY %s', oid::regclass,
                   CASE relreplident WHEN 'n' THEN 'NOTHING' ELSE 'DEFAULT' END))
        INTO _off, _on
        FROM pg_class
        WHERE (oid = {name}::regclass OR oid IN (SELECT relid FROM pg_partition_tree({name})))
          AND relkind = 'r' AND relreplident IN ('d', 'n')
          AND NOT (relreplident = 'd' AND EXISTS (SELECT FROM pg_index WHERE indrelid = pg_class.oid AND indisprimary));
"
    )
}

/// Whether something of the database is published.
pub(super) fn is_published(context: &Context<'_>) -> bool {
    [context.from, context.to].iter().any(|state| state.of_kind("publication").next().is_some())
}
