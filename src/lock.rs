//! The locks a statement takes and the work it does while it holds them, told from its shape.
//!
//! The rules were measured on PostgreSQL 14 to 18; where a version differs the stronger mode stands here. What depends on the
//! types or on the data (a type change that rewrites the table) is not in the shape: the step's hazards say it.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::shape::Words;

/// PostgreSQL's table lock modes, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// Taken by `SELECT`.
    AccessShare,
    /// Taken by `SELECT FOR UPDATE`.
    RowShare,
    /// Taken by `INSERT`, `UPDATE`, `DELETE`.
    RowExclusive,
    /// Taken by `VACUUM`, `ANALYZE`, `CREATE INDEX CONCURRENTLY`, `VALIDATE CONSTRAINT`.
    ShareUpdateExclusive,
    /// Taken by `CREATE INDEX`.
    Share,
    /// Taken by `CREATE TRIGGER` and by a new foreign key.
    ShareRowExclusive,
    /// Taken by `REFRESH MATERIALIZED VIEW CONCURRENTLY`.
    Exclusive,
    /// Taken by most of `ALTER TABLE`.
    AccessExclusive,
}

impl Mode {
    /// The mode that `pg_locks` calls so: `AccessShareLock`.
    pub fn named(name: &str) -> Option<Mode> {
        Some(match name {
            "AccessShareLock" => Mode::AccessShare,
            "RowShareLock" => Mode::RowShare,
            "RowExclusiveLock" => Mode::RowExclusive,
            "ShareUpdateExclusiveLock" => Mode::ShareUpdateExclusive,
            "ShareLock" => Mode::Share,
            "ShareRowExclusiveLock" => Mode::ShareRowExclusive,
            "ExclusiveLock" => Mode::Exclusive,
            "AccessExclusiveLock" => Mode::AccessExclusive,
            _ => return None,
        })
    }

    /// Whom it makes wait, in words; nothing for the modes that clients do not feel.
    pub fn blocks(self) -> Option<&'static str> {
        match self {
            Mode::AccessExclusive => Some("reads and writes"),
            Mode::Exclusive | Mode::ShareRowExclusive | Mode::Share => Some("writes"),
            Mode::ShareUpdateExclusive => Some("other DDL, VACUUM and ANALYZE"),
            Mode::RowExclusive | Mode::RowShare | Mode::AccessShare => None,
        }
    }
}

impl Serialize for Mode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Mode::AccessShare => "ACCESS SHARE",
            Mode::RowShare => "ROW SHARE",
            Mode::RowExclusive => "ROW EXCLUSIVE",
            Mode::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Mode::Share => "SHARE",
            Mode::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Mode::Exclusive => "EXCLUSIVE",
            Mode::AccessExclusive => "ACCESS EXCLUSIVE",
        })
    }
}

/// What takes time in proportion to the size of a table, least first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Work {
    /// Only the catalog changes.
    #[default]
    Catalog,
    /// Every row is read.
    Scan,
    /// An index is built from every row.
    Build,
    /// A query runs and its result is stored.
    Query,
    /// Every row and every index is written anew.
    Rewrite,
}

/// One lock on one relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// How strong.
    pub mode: Mode,
    /// The relation as the statement writes it, or words for one it does not name (`the table of public.i`).
    pub on: String,
}

/// What one statement does to its surroundings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Locks on relations that exist before the statement; weaker ones than `ROW EXCLUSIVE` are left out.
    pub locks: Vec<Lock>,
    /// The heaviest work under those locks.
    pub work: Work,
    /// The relation that work is done on, when the statement names it.
    pub on: Option<String>,
    /// The relation it brings into being.
    pub creates: Option<String>,
}

/// In the patterns below a word stands for itself, `*` for one name, `{}` for one name that is captured, `..` for any words.
/// The first that fits holds.
type Pattern = &'static str;

const AX: Mode = Mode::AccessExclusive;
const SRX: Mode = Mode::ShareRowExclusive;
const SHARE: Mode = Mode::Share;
const SUX: Mode = Mode::ShareUpdateExclusive;

/// Clauses of `ALTER TABLE`: the lock on the table, the lock on the captured relation, the work. None that fits means ACCESS
/// EXCLUSIVE for a change of the catalog.
const CLAUSES: &[(Pattern, Mode, Option<Mode>, Work)] = &[
    ("ADD CONSTRAINT * FOREIGN KEY .. NOT VALID", SRX, None, Work::Catalog),
    ("ADD CONSTRAINT * FOREIGN KEY .. NOT ENFORCED", SRX, None, Work::Catalog),
    ("ADD CONSTRAINT * FOREIGN KEY", SRX, None, Work::Scan),
    ("ADD CONSTRAINT * CHECK .. NOT VALID", AX, None, Work::Catalog),
    ("ADD CONSTRAINT * CHECK .. NOT ENFORCED", AX, None, Work::Catalog),
    ("ADD CONSTRAINT * CHECK", AX, None, Work::Scan),
    ("ADD CONSTRAINT * NOT NULL .. NOT VALID", AX, None, Work::Catalog),
    ("ADD CONSTRAINT * NOT NULL", AX, None, Work::Scan),
    ("ADD CONSTRAINT * .. USING INDEX TABLESPACE", AX, None, Work::Build),
    ("ADD CONSTRAINT * .. USING INDEX", AX, None, Work::Catalog),
    ("ADD CONSTRAINT", AX, None, Work::Build),
    ("ADD PRIMARY KEY", AX, None, Work::Build),
    ("ADD UNIQUE", AX, None, Work::Build),
    ("ADD * .. AS IDENTITY", AX, None, Work::Rewrite),
    ("ADD * .. ) STORED", AX, None, Work::Rewrite),
    ("ADD * .. UNIQUE", AX, None, Work::Build),
    ("ADD * .. PRIMARY KEY", AX, None, Work::Build),
    ("ADD * .. CHECK", AX, None, Work::Scan),
    ("VALIDATE CONSTRAINT", SUX, None, Work::Scan),
    ("ALTER * SET NOT NULL", AX, None, Work::Scan),
    ("ALTER * SET STATISTICS", SUX, None, Work::Catalog),
    ("ALTER * SET EXPRESSION", AX, None, Work::Rewrite),
    ("ALTER * SET (", SUX, None, Work::Catalog),
    ("ALTER * RESET (", SUX, None, Work::Catalog),
    ("SET ( .. user_catalog_table", AX, None, Work::Catalog),
    ("SET (", SUX, None, Work::Catalog),
    ("RESET (", SUX, None, Work::Catalog),
    ("CLUSTER ON", SUX, None, Work::Catalog),
    ("SET WITHOUT CLUSTER", SUX, None, Work::Catalog),
    ("SET LOGGED", AX, None, Work::Rewrite),
    ("SET UNLOGGED", AX, None, Work::Rewrite),
    ("SET TABLESPACE", AX, None, Work::Rewrite),
    ("SET ACCESS METHOD", AX, None, Work::Rewrite),
    ("ENABLE TRIGGER", SRX, None, Work::Catalog),
    ("ENABLE ALWAYS TRIGGER", SRX, None, Work::Catalog),
    ("ENABLE REPLICA TRIGGER", SRX, None, Work::Catalog),
    ("DISABLE TRIGGER", SRX, None, Work::Catalog),
    ("ATTACH PARTITION {}", SUX, Some(AX), Work::Scan),
    ("DETACH PARTITION {} CONCURRENTLY", SUX, Some(SUX), Work::Catalog),
    ("DETACH PARTITION {}", AX, Some(AX), Work::Catalog),
    ("NO INHERIT", AX, None, Work::Catalog),
    ("INHERIT {}", AX, Some(SUX), Work::Catalog),
];

/// Other statements; the lock is on the captured relation. None that fits means no lock that a client could feel.
const STATEMENTS: &[(Pattern, Mode, Work)] = &[
    ("CREATE INDEX CONCURRENTLY * ON {}", SUX, Work::Build),
    ("CREATE UNIQUE INDEX CONCURRENTLY * ON {}", SUX, Work::Build),
    ("CREATE INDEX * ON ONLY {}", SHARE, Work::Catalog),
    ("CREATE UNIQUE INDEX * ON ONLY {}", SHARE, Work::Catalog),
    ("CREATE INDEX * ON {}", SHARE, Work::Build),
    ("CREATE UNIQUE INDEX * ON {}", SHARE, Work::Build),
    ("ALTER INDEX * ATTACH PARTITION {}", AX, Work::Catalog),
    ("ALTER INDEX {} SET TABLESPACE", AX, Work::Rewrite),
    ("ALTER INDEX {}", SUX, Work::Catalog),
    ("REINDEX INDEX CONCURRENTLY {}", SUX, Work::Build),
    ("LOCK TABLE {} IN ACCESS SHARE", Mode::AccessShare, Work::Catalog),
    ("LOCK TABLE {} IN ROW SHARE", Mode::RowShare, Work::Catalog),
    ("LOCK TABLE {} IN ROW EXCLUSIVE", Mode::RowExclusive, Work::Catalog),
    ("LOCK TABLE {} IN SHARE UPDATE EXCLUSIVE", SUX, Work::Catalog),
    ("LOCK TABLE {} IN SHARE ROW EXCLUSIVE", SRX, Work::Catalog),
    ("LOCK TABLE {} IN SHARE", SHARE, Work::Catalog),
    ("LOCK TABLE {} IN EXCLUSIVE", Mode::Exclusive, Work::Catalog),
    ("LOCK TABLE {}", AX, Work::Catalog),
    ("DROP TABLE {}", AX, Work::Catalog),
    ("TRUNCATE {}", AX, Work::Catalog),
    ("CREATE TRIGGER .. ON {}", SRX, Work::Catalog),
    ("CREATE OR REPLACE TRIGGER .. ON {}", SRX, Work::Catalog),
    ("CREATE CONSTRAINT TRIGGER .. ON {}", SRX, Work::Catalog),
    ("CREATE OR REPLACE CONSTRAINT TRIGGER .. ON {}", SRX, Work::Catalog),
    ("DROP TRIGGER * ON {}", AX, Work::Catalog),
    ("ALTER TRIGGER * ON {}", AX, Work::Catalog),
    ("CREATE POLICY * ON {}", AX, Work::Catalog),
    ("ALTER POLICY * ON {}", AX, Work::Catalog),
    ("DROP POLICY * ON {}", AX, Work::Catalog),
    ("CREATE RULE .. TO {}", AX, Work::Catalog),
    ("CREATE OR REPLACE RULE .. TO {}", AX, Work::Catalog),
    ("DROP RULE * ON {}", AX, Work::Catalog),
    ("COMMENT ON TABLE {}", SUX, Work::Catalog),
    ("COMMENT ON INDEX {}", SUX, Work::Catalog),
    ("CREATE STATISTICS .. FROM {}", SUX, Work::Catalog),
    ("ANALYZE {}", SUX, Work::Scan),
    ("CREATE OR REPLACE VIEW {}", AX, Work::Catalog),
    ("ALTER VIEW {}", AX, Work::Catalog),
    ("DROP VIEW {}", AX, Work::Catalog),
    ("CREATE MATERIALIZED VIEW .. WITH NO DATA", Mode::AccessShare, Work::Catalog),
    ("CREATE MATERIALIZED VIEW", Mode::AccessShare, Work::Query),
    ("REFRESH MATERIALIZED VIEW CONCURRENTLY {}", Mode::Exclusive, Work::Query),
    ("REFRESH MATERIALIZED VIEW {}", AX, Work::Query),
    ("ALTER MATERIALIZED VIEW {}", AX, Work::Catalog),
    ("DROP MATERIALIZED VIEW {}", AX, Work::Catalog),
    ("ALTER SEQUENCE {} RENAME", AX, Work::Catalog),
    ("ALTER SEQUENCE {} SET", AX, Work::Catalog),
    ("ALTER SEQUENCE {} OWNER TO", AX, Work::Catalog),
    ("ALTER SEQUENCE {}", SRX, Work::Catalog),
    ("DROP SEQUENCE {}", AX, Work::Catalog),
    ("ALTER PUBLICATION * ADD TABLE {}", SUX, Work::Catalog),
    ("ALTER PUBLICATION * SET TABLE {}", SUX, Work::Catalog),
    ("ALTER PUBLICATION * DROP TABLE {}", SUX, Work::Catalog),
    ("CREATE PUBLICATION * FOR TABLE {}", SUX, Work::Catalog),
    ("UPDATE {}", Mode::RowExclusive, Work::Scan),
    ("DELETE FROM {}", Mode::RowExclusive, Work::Scan),
    ("INSERT INTO {} .. SELECT", Mode::RowExclusive, Work::Query),
    ("INSERT INTO {}", Mode::RowExclusive, Work::Catalog),
];

/// Statements that lock relations they do not name: pattern, mode, the relations in words before and after the name, work.
const INDIRECT: &[(Pattern, Mode, &str, Work)] = &[
    ("DROP INDEX CONCURRENTLY {}", SUX, "the table of ", Work::Catalog),
    ("DROP INDEX {}", AX, "the table of ", Work::Catalog),
    ("REINDEX INDEX {}", SHARE, "the table of ", Work::Build),
    ("DROP STATISTICS {}", SUX, "the table of ", Work::Catalog),
    ("COMMENT ON COLUMN {}", SUX, "the table of ", Work::Catalog),
    ("ALTER DOMAIN {} ADD .. NOT VALID", Mode::AccessShare, "", Work::Catalog),
    ("ALTER DOMAIN {} ADD", SHARE, "every table that uses ", Work::Scan),
    ("ALTER DOMAIN {} VALIDATE CONSTRAINT", SHARE, "every table that uses ", Work::Scan),
    ("ALTER DOMAIN {} SET NOT NULL", SHARE, "every table that uses ", Work::Scan),
    ("DROP SCHEMA {} CASCADE", AX, "every relation in ", Work::Catalog),
];

/// What `sql`, one statement, does by its shape.
pub fn told(sql: &str) -> Told {
    let mut words = Words::new(sql);
    if words.accept("ALTER TABLE") || words.accept("ALTER FOREIGN TABLE") {
        return altered(words);
    }
    if let Some(impact) = created(sql) {
        return impact;
    }
    for (pattern, mode, whose, work) in INDIRECT {
        if let Some(captured) = fits(pattern, Words::new(sql)) {
            let lock = Lock { mode: *mode, on: format!("{whose}{}", captured.unwrap_or_default()) };
            let on = captured.map(str::to_owned);
            return Told { locks: felt(vec![lock]), work: *work, on, creates: None };
        }
    }
    for (pattern, mode, work) in STATEMENTS {
        if let Some(captured) = fits(pattern, Words::new(sql)) {
            let lock = captured.map(|on| Lock { mode: *mode, on: on.to_owned() });
            let on = captured.map(str::to_owned);
            return Told { locks: lock.into_iter().collect(), work: *work, on, creates: creates(sql) };
        }
    }
    let is_block = Words::new(sql).accept("DO");
    let inside = sql.lines().map(str::trim).filter(|it| is_block && it.starts_with("LOCK TABLE "));
    let locks = merged(inside.flat_map(|it| told(it).locks).collect());
    Told { locks, work: Work::Catalog, on: None, creates: creates(sql) }
}

/// `CREATE TABLE`: no lock but on the tables it is tied to.
fn created(sql: &str) -> Option<Told> {
    let mut words = Words::new(sql);
    words.next().filter(|it| it.eq_ignore_ascii_case("CREATE"))?;
    while words.accept("UNLOGGED") || words.accept("FOREIGN") {}
    if !words.accept("TABLE") {
        return None;
    }
    skip_optional(&mut words);
    let name = words.path()?.to_owned();
    let mut locks = referenced(words);
    if words.accept("PARTITION OF") {
        locks.extend(words.path().map(|it| Lock { mode: Mode::AccessExclusive, on: it.to_owned() }));
    } else if let Some(mut parents) = words.after("INHERITS") {
        parents.next();
        locks.extend(parents.path().map(|it| Lock { mode: Mode::ShareUpdateExclusive, on: it.to_owned() }));
    }
    let work = if words.contain("AS SELECT") { Work::Query } else { Work::Catalog };
    Some(Told { locks: merged(locks), work, on: None, creates: Some(name) })
}

/// The relation, other than a table, that `sql` brings into being.
fn creates(sql: &str) -> Option<String> {
    let patterns = ["CREATE VIEW {}", "CREATE MATERIALIZED VIEW {}", "CREATE SEQUENCE {}"];
    patterns.iter().find_map(|it| fits(it, Words::new(sql))).flatten().map(str::to_owned)
}

/// `ALTER TABLE`: the strongest lock of its clauses, and theirs on other tables.
fn altered(mut words: Words<'_>) -> Told {
    skip_optional(&mut words);
    let table = words.path().unwrap_or_default().to_owned();
    let (mut locks, mut work, mut on) = (Vec::new(), Work::Catalog, table.clone());
    for clause in words.clauses() {
        let rule = CLAUSES.iter().find_map(|it| fits(it.0, Words::new(clause)).map(|captured| (it, captured)));
        let (mode, other, load) = match rule {
            Some(((_, mode, other, load), captured)) => (*mode, other.zip(captured), *load),
            None => (AX, None, Work::Catalog),
        };
        locks.push(Lock { mode, on: table.clone() });
        if let (Work::Scan, Some((_, attached))) = (load, other) {
            on = attached.to_owned();
        }
        locks.extend(other.map(|(mode, on)| Lock { mode, on: on.to_owned() }));
        locks.extend(referenced(Words::new(clause)));
        work = work.max(load);
    }
    Told { locks: merged(locks), work, on: Some(on), creates: None }
}

/// The locks on tables that foreign keys in `words` point to.
fn referenced(words: Words<'_>) -> Vec<Lock> {
    let next =
        |it: Words<'_>| it.after("REFERENCES").map(|mut rest| (rest.path().unwrap_or_default().to_owned(), rest.rest().len()));
    let (mut locks, mut rest) = (Vec::new(), words);
    while let Some((on, left)) = next(rest) {
        let text = rest.rest();
        rest = Words::new(&text[text.len() - left..]);
        locks.push(Lock { mode: Mode::ShareRowExclusive, on });
    }
    locks
}

/// One lock per relation: the strongest, in the order of first mention.
fn merged(locks: Vec<Lock>) -> Vec<Lock> {
    let mut strongest: Vec<Lock> = Vec::new();
    for lock in locks {
        match strongest.iter_mut().find(|it| it.on == lock.on) {
            Some(known) => known.mode = known.mode.max(lock.mode),
            None => strongest.push(lock),
        }
    }
    strongest
}

fn felt(locks: Vec<Lock>) -> Vec<Lock> {
    locks.into_iter().filter(|it| it.mode >= Mode::RowExclusive).collect()
}

/// Whether the words start as `pattern` says; inside is the captured name, if the pattern captures one.
fn fits<'a>(pattern: &str, mut words: Words<'a>) -> Option<Option<&'a str>> {
    let mut captured = None;
    let mut parts = pattern.split(' ');
    while let Some(part) = parts.next() {
        match part {
            ".." => {
                let rest = parts.collect::<Vec<_>>().join(" ");
                return std::iter::successors(Some(words), |it| {
                    let mut it = *it;
                    it.next().map(|_| it)
                })
                .find_map(|it| fits(&rest, it))
                .map(|it| it.or(captured));
            }
            "*" | "{}" => {
                skip_optional(&mut words);
                let path = words.path()?;
                captured = if part == "{}" { Some(path) } else { captured };
            }
            word => words.accept(word).then_some(())?,
        }
    }
    Some(captured)
}

/// Words that may stand before a name.
fn skip_optional(words: &mut Words<'_>) {
    while ["IF NOT EXISTS", "IF EXISTS", "ONLY", "COLUMN"].iter().any(|it| words.accept(it)) {}
}

#[cfg(test)]
#[path = "lock_facts.rs"]
mod tests;
