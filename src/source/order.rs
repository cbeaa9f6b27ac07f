//! The order in which statements are loaded: as they are written, each preceded by what it needs.
//!
//! A statement that finds all it needs before it stays where it is; so a file that loads as it stands is loaded as it
//! stands.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::DfsPostOrder;

use super::names::{Name, Space};
use super::{Source, Statement, foreign_keys};

/// Statements in the order of loading.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) statements: Vec<Cow<'a, Statement>>,
    /// What each needs, as positions in `statements`.
    pub(super) needs: Vec<BTreeSet<usize>>,
}

/// How sure a need is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    /// The order as written, or a guess: given up where it leads in a circle.
    Wish,
    /// It cannot be loaded before.
    Must,
}

type Needs = Vec<BTreeMap<usize, Need>>;

/// Orders what a source declares.
pub(super) fn order(source: &Source) -> Plan<'_> {
    let mut statements: Vec<Cow<'_, Statement>> = source.statements.iter().map(Cow::Borrowed).collect();
    hoist(&mut statements);
    let needs = loop {
        let mut needs = needs(&statements);
        for knot in knots(&needs) {
            cut(&mut needs, &knot, |_, _, need| need == Need::Wish);
        }
        let knots = knots(&needs);
        if split(&mut statements, &knots) {
            continue;
        }
        // no order loads these: as written is the best guess, the server has the last word
        for knot in knots {
            cut(&mut needs, &knot, |from, to, _| to > from);
        }
        break needs;
    };
    emit(statements, &needs)
}

/// Schemas and extensions come first, then what announces types, event triggers last: nearly everything may depend on the first in
/// ways a name does not show, and the last would fire.
fn hoist(statements: &mut [Cow<'_, Statement>]) {
    let dropped: BTreeSet<Name> = statements.iter().flat_map(|it| it.names.drops.clone()).collect();
    let all = |names: &[Name], of: &dyn Fn(&Name) -> bool| !names.is_empty() && names.iter().all(of);
    statements.sort_by_key(|it| {
        let is_container = |it: &Name| matches!(it.space, Space::Schema | Space::Extension) && !dropped.contains(it);
        let is_event_trigger = |it: &Name| it.space == Space::EventTrigger;
        let names = &it.names;
        if names.is_of_schemas || all(&names.creates, &is_container) {
            0
        } else if names.is_shell && names.creates.iter().all(|it| !dropped.contains(it)) {
            1
        } else if [&names.creates, &names.touches, &names.drops].iter().any(|it| all(it, &is_event_trigger)) {
            3
        } else {
            2
        }
    });
}

/// What happens to a name in a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Create,
    Touch,
    Drop,
}

/// The schema, the statement and what it does.
type Entry<'a> = (Option<&'a str>, usize, Event);

/// All that happens to names: by space and name, the schema, the statement and what it does, as written.
struct Index<'a> {
    events: BTreeMap<(Space, &'a str), Vec<Entry<'a>>>,
}

impl<'a> Index<'a> {
    fn new(statements: &'a [Cow<'_, Statement>]) -> Index<'a> {
        let mut index = Index { events: BTreeMap::new() };
        for (number, statement) in statements.iter().enumerate() {
            let names = &statement.names;
            for (list, event) in [(&names.drops, Event::Drop), (&names.touches, Event::Touch), (&names.creates, Event::Create)] {
                for name in list {
                    let first = statement.settings.path().first().map(String::as_str);
                    let schema = name.schema.as_deref().or(first).filter(|_| !is_global(name.space));
                    index.events.entry((name.space, &name.name)).or_default().push((schema, number, event));
                }
            }
        }
        index
    }

    /// What happens to the thing a name means in a statement.
    fn of(&self, name: &Name, statement: &Statement) -> Vec<(usize, Event)> {
        let Some(events) = self.events.get(&(name.space, name.name.as_str())) else { return Vec::new() };
        let within = |schema: Option<&str>| -> Vec<(usize, Event)> {
            events.iter().filter(|it| it.0 == schema).map(|it| (it.1, it.2)).collect()
        };
        match &name.schema {
            _ if is_global(name.space) => within(None),
            Some(schema) => within(Some(schema)),
            None => {
                let makes = |it: &Vec<(usize, Event)>| it.iter().any(|it| it.1 == Event::Create);
                statement.settings.path().iter().map(|it| within(Some(it))).find(makes).unwrap_or_default()
            }
        }
    }
}

fn is_global(space: Space) -> bool {
    use Space::{EventTrigger, Extension, Language, Method, Publication, Schema, Server, Wrapper};
    matches!(space, Schema | Extension | Language | Wrapper | Server | Publication | EventTrigger | Method)
}

/// What each statement needs.
fn needs(statements: &[Cow<'_, Statement>]) -> Needs {
    let index = Index::new(statements);
    let files: Vec<usize> = statements.iter().map(|it| it.file).collect();
    // An index or an ORDER BY does not name the operator class that its type has by default.
    let classes: Vec<usize> = (0..statements.len()).filter(|it| statements[*it].names.is_default_class).collect();
    let mut result: Needs = vec![BTreeMap::new(); statements.len()];
    for (number, statement) in statements.iter().enumerate() {
        let names = &statement.names;
        let mut add = |found: Vec<(usize, Need)>| {
            for (to, need) in found.into_iter().filter(|it| it.0 != number) {
                let known = result[number].entry(to).or_insert(need);
                *known = (*known).max(need);
            }
        };
        let is_routine = names.creates.iter().any(|it| it.space == Space::Function);
        for name in names.needs.iter().chain(&names.touches) {
            let (shells, mut events): (Vec<_>, Vec<_>) =
                index.of(name, statement).into_iter().partition(|it| it.1 == Event::Create && statements[it.0].names.is_shell);
            // For what a base type is made of its announcement is enough, for all else it is not.
            if !shells.is_empty() && (is_routine || !events.iter().any(|it| it.1 == Event::Create)) {
                events = shells;
            }
            add(used(name.space, number, &events, &files));
        }
        for name in &names.creates {
            add(created(number, &index.of(name, statement)));
            let schema = name.schema.as_ref().or(statement.settings.path().first()).filter(|_| !is_global(name.space));
            let schema = schema.and_then(|it| Name::new(Space::Schema, std::slice::from_ref(it)));
            add(schema.map(|it| used(Space::Schema, number, &index.of(&it, statement), &files)).unwrap_or_default());
        }
        for name in &names.drops {
            add(dropped(number, &index.of(name, statement)));
        }
        if names.creates.iter().any(|it| it.space == Space::Relation) {
            let elsewhere = classes.iter().filter(|it| files[**it] != files[number]);
            add(elsewhere.map(|it| (*it, Need::Wish)).collect());
        }
        for schema in &names.all_in {
            let events = index.events.iter().filter(|it| matches!(it.0.0, Space::Relation | Space::Function)).flat_map(|it| it.1);
            let made = events.filter(|it| it.0 == Some(schema) && it.2 == Event::Create && files[it.1] != files[number]);
            add(made.map(|it| (it.1, Need::Wish)).collect());
        }
    }
    result
}

/// What a use of a thing needs: its maker before, or else the first after; and what was done to it in the same file.
fn used(space: Space, number: usize, events: &[(usize, Event)], files: &[usize]) -> Vec<(usize, Need)> {
    let has_many = matches!(space, Space::Function | Space::Key | Space::Operator);
    let makers = || events.iter().filter(|it| it.1 == Event::Create).map(|it| it.0);
    let mut result = Vec::new();
    if makers().any(|it| it <= number) {
        let before = makers().filter(|it| *it <= number);
        let skip = if has_many { 0 } else { before.clone().count() - 1 };
        result.extend(before.skip(skip).map(|it| (it, Need::Must)));
        let elsewhere = makers().filter(|it| has_many && *it > number && files[*it] != files[number]);
        result.extend(elsewhere.map(|it| (it, Need::Wish)));
    } else {
        result.extend(makers().take(if has_many { usize::MAX } else { 1 }).map(|it| (it, Need::Must)));
    }
    let done = events.iter().rfind(|it| it.0 < number && files[it.0] == files[number]);
    result.extend(done.map(|it| (it.0, if it.1 == Event::Drop { Need::Must } else { Need::Wish })));
    result
}

/// What making a thing needs: the last that made or dropped one of the same name.
fn created(number: usize, events: &[(usize, Event)]) -> Vec<(usize, Need)> {
    let before = events.iter().rfind(|it| it.0 < number && it.1 != Event::Touch);
    before.map(|it| (it.0, if it.1 == Event::Drop { Need::Must } else { Need::Wish })).into_iter().collect()
}

/// What dropping a thing needs: all that was done to it before.
fn dropped(number: usize, events: &[(usize, Event)]) -> Vec<(usize, Need)> {
    events.iter().filter(|it| it.0 < number).map(|it| (it.0, Need::Must)).collect()
}

fn graph(needs: &Needs) -> DiGraph<(), ()> {
    let mut graph = DiGraph::with_capacity(needs.len(), needs.len() * 2);
    needs.iter().for_each(|_| {
        graph.add_node(());
    });
    for (from, to) in needs.iter().enumerate() {
        for to in to.keys() {
            graph.add_edge(NodeIndex::new(from), NodeIndex::new(*to), ());
        }
    }
    graph
}

/// Statements that need each other.
fn knots(needs: &Needs) -> Vec<BTreeSet<usize>> {
    let sets = kosaraju_scc(&graph(needs)).into_iter().filter(|it| it.len() > 1);
    sets.map(|it| it.into_iter().map(NodeIndex::index).collect()).collect()
}

/// Gives up needs inside a knot.
fn cut(needs: &mut Needs, knot: &BTreeSet<usize>, gives_up: impl Fn(usize, usize, Need) -> bool) {
    for from in knot {
        needs[*from].retain(|to, need| !knot.contains(to) || !gives_up(*from, *to, *need));
    }
}

/// Takes the foreign keys of tables that reference each other out of them. Says whether there was one.
fn split(statements: &mut Vec<Cow<'_, Statement>>, knots: &[BTreeSet<usize>]) -> bool {
    let mut parts: Vec<(usize, Statement, Statement)> = Vec::new();
    for knot in knots {
        let found = knot.iter().filter_map(|it| foreign_keys::split(&statements[*it]).map(|(table, keys)| (*it, table, keys)));
        parts.extend(found);
    }
    parts.sort_by_key(|it| std::cmp::Reverse(it.0));
    let is_split = !parts.is_empty();
    for (number, table, keys) in parts {
        statements[number] = Cow::Owned(table);
        statements.insert(number + 1, Cow::Owned(keys));
    }
    is_split
}

/// Each statement in turn, what it needs first.
fn emit<'a>(statements: Vec<Cow<'a, Statement>>, needs: &Needs) -> Plan<'a> {
    let graph = graph(needs);
    let mut walk = DfsPostOrder::empty(&graph);
    let mut positions = vec![0; statements.len()];
    let mut order = Vec::with_capacity(statements.len());
    for start in graph.node_indices() {
        walk.move_to(start);
        while let Some(it) = walk.next(&graph) {
            positions[it.index()] = order.len();
            order.push(it.index());
        }
    }
    let mut statements: Vec<Option<Cow<'a, Statement>>> = statements.into_iter().map(Some).collect();
    let is_must = |from: usize| needs[from].iter().filter(|it| *it.1 == Need::Must).map(|it| positions[*it.0]).collect();
    Plan {
        needs: order.iter().map(|it| is_must(*it)).collect(),
        statements: order.iter().filter_map(|it| statements[*it].take()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The order in which files with these texts are loaded: the first three words of each statement.
    fn ordered(files: &[&str]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (number, text) in files.iter().enumerate() {
            std::fs::write(folder.path().join(format!("{number}.sql")), text).unwrap();
        }
        let source = crate::source::read(folder.path()).unwrap();
        let words = |it: &Statement| it.sent().split_whitespace().take(3).collect::<Vec<_>>().join(" ");
        order(&source).statements.iter().map(|it| words(it)).collect()
    }

    #[test]
    fn what_loads_as_it_stands_stays_as_it_stands() {
        let text = "CREATE TYPE a AS ENUM (); CREATE TABLE b (x a); DROP TABLE b; CREATE TABLE b (y int); ALTER TABLE b ADD z int; \
                    CREATE VIEW c AS SELECT z FROM b; DROP TYPE a; CREATE FUNCTION d() RETURNS int LANGUAGE sql AS 'SELECT 1 FROM e'; \
                    CREATE TABLE e (x int); GRANT SELECT ON ALL TABLES IN SCHEMA public TO r; CREATE TABLE f (x int);";
        let written: Vec<String> = text
            .split(';')
            .filter(|it| !it.trim().is_empty())
            .map(|it| it.split_whitespace().take(3).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(ordered(&[text]), written);
    }

    #[test]
    fn needs_come_first_across_files() {
        let files = [
            "CREATE VIEW v AS SELECT f(x) FROM app.t; COMMENT ON VIEW v IS 'x';",
            "SET search_path = app; CREATE TABLE t (x domain_a DEFAULT nextval('s')); CREATE INDEX i ON t (x);",
            "CREATE FUNCTION f(app.domain_a) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE SEQUENCE app.s;",
            "CREATE DOMAIN app.domain_a AS int; CREATE SCHEMA app;",
        ];
        assert_eq!(
            ordered(&files),
            [
                "CREATE SCHEMA app",
                "CREATE SEQUENCE app.s",
                "CREATE DOMAIN app.domain_a",
                "CREATE TABLE t",
                "CREATE FUNCTION f(app.domain_a)",
                "CREATE VIEW v",
                "COMMENT ON VIEW",
                "CREATE INDEX i",
            ]
        );
    }

    #[test]
    fn tables_that_reference_each_other_get_their_keys_later() {
        let files = [
            "CREATE TABLE a (x int PRIMARY KEY, y int REFERENCES b);",
            "CREATE TABLE b (x int PRIMARY KEY, FOREIGN KEY (x) REFERENCES a);",
        ];
        let order = ordered(&files);
        assert_eq!(order.len(), 4);
        assert_eq!(order.iter().filter(|it| it.starts_with("ALTER TABLE")).count(), 2);
        assert!(order.iter().rposition(|it| it.starts_with("CREATE")) > order.iter().position(|it| it == "CREATE TABLE a"));
    }

    #[test]
    fn a_table_may_reference_itself() {
        assert_eq!(ordered(&["CREATE TABLE a (x int PRIMARY KEY, y int REFERENCES a)"]), ["CREATE TABLE a"]);
    }

    #[test]
    fn a_grant_on_all_tables_waits_for_other_files() {
        let files = ["GRANT SELECT ON ALL TABLES IN SCHEMA public TO r;", "CREATE TABLE a (); CREATE VIEW b AS SELECT 1;"];
        assert_eq!(ordered(&files), ["CREATE TABLE a", "CREATE VIEW b", "GRANT SELECT ON"]);
    }

    #[test]
    fn a_base_type_comes_after_its_functions_and_those_after_its_announcement() {
        let files = [
            "CREATE TABLE a (x t);",
            "CREATE FUNCTION o(t) RETURNS cstring LANGUAGE internal AS 'int4out';",
            "CREATE TYPE t (INPUT = i, OUTPUT = o); CREATE FUNCTION i(cstring) RETURNS t LANGUAGE internal AS 'int4in';",
            "CREATE TYPE t;",
        ];
        let order = ["CREATE TYPE t", "CREATE FUNCTION o(t)", "CREATE FUNCTION i(cstring)", "CREATE TYPE t", "CREATE TABLE a"];
        assert_eq!(ordered(&files), order);
    }

    #[test]
    fn an_index_waits_for_default_operator_classes() {
        let files = [
            "CREATE TABLE a (x t); CREATE INDEX i ON a (x);",
            "CREATE OPERATOR CLASS c DEFAULT FOR TYPE t USING btree FAMILY c AS OPERATOR 1 <#, FUNCTION 1 f(t, t);",
            "CREATE OPERATOR FAMILY c USING btree; CREATE TYPE t AS (y int);",
        ];
        let order = ["CREATE OPERATOR FAMILY", "CREATE TYPE t", "CREATE OPERATOR CLASS", "CREATE TABLE a", "CREATE INDEX i"];
        assert_eq!(ordered(&files), order);
    }

    #[test]
    fn event_triggers_come_last() {
        let files = ["CREATE EVENT TRIGGER a ON sql_drop EXECUTE FUNCTION f();", "CREATE TABLE b ();"];
        assert_eq!(ordered(&files), ["CREATE TABLE b", "CREATE EVENT TRIGGER"]);
    }

    #[test]
    fn a_key_waits_for_the_unique_index_of_the_other_table() {
        let files = [
            "CREATE TABLE a (x int); ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b (y);",
            "CREATE TABLE b (y int); CREATE UNIQUE INDEX c ON b (y);",
        ];
        assert_eq!(ordered(&files), ["CREATE TABLE a", "CREATE TABLE b", "CREATE UNIQUE INDEX", "ALTER TABLE a"]);
    }
}
