//! Comments that speak to this program, and what they stand above.

use std::ops::Range;

use pg_query::protobuf::{ConstrType, ObjectType};

use super::lexer::{Kind, Lexer};
use super::names::{Name, Space};
use super::place::Lines;
use super::tree::{Node, Tree};
use super::{Above, Hint, Statement, syntax};

/// The hints of a file. `loaded` are its statements: number and bytes.
pub(super) fn hints(
    text: &str,
    lines: &Lines<'_>,
    comments: &[Range<usize>],
    loaded: &[(usize, Range<usize>)],
    statements: &[Statement],
) -> Vec<Hint> {
    let spoken = comments.iter().filter_map(|it| {
        let comment = &text[it.clone()];
        let block = comment.strip_prefix("/*").and_then(|it| it.strip_suffix("*/"));
        let said = block.unwrap_or(comment.trim_start_matches('-')).trim().strip_prefix("schemagen:")?;
        Some((it, said.trim().to_owned()))
    });
    let hint = |(range, said): (&Range<usize>, String)| {
        // What ends its line speaks of what stands before it there; a comment in brackets may also stand before something.
        let rest = text[range.end..].lines().next().unwrap_or_default().trim_start();
        let is_behind = !lines.starts_line(range.start) && (rest.is_empty() || rest.starts_with([',', ';', ')']));
        let above = above(range.start, is_behind, lines, loaded, statements);
        Hint { text: said, place: lines.place(range.start), above }
    };
    spoken.map(hint).collect()
}

/// What a hint at `offset` speaks of: the next thing, or the one before it on its line.
fn above(
    offset: usize,
    is_behind: bool,
    lines: &Lines<'_>,
    loaded: &[(usize, Range<usize>)],
    statements: &[Statement],
) -> Option<Above> {
    let inside = loaded.iter().find(|(_, it)| it.contains(&offset));
    let before = loaded.iter().rfind(|(_, it)| it.end <= offset && is_behind && lines.line(it.end) == lines.line(offset));
    let next = loaded.iter().find(|(_, it)| it.start > offset);
    let (number, range) = inside.or(before).or(next)?;
    let statement = statements.get(*number)?; // gone when its transaction was rolled back
    let tree = Tree::of(&syntax::parse(&statement.sql, statement.settings.escapes).ok()??);
    let node = tree.node()?;
    let (kind, path) = object(node, statement);
    if let Some(offset) = offset.checked_sub(range.start) {
        let parts = parts(node, statement);
        let part = if is_behind {
            let start_of_line = statement.sql.get(..offset).and_then(|it| it.rfind('\n')).unwrap_or(0);
            parts.iter().rfind(|it| it.0 < offset && it.0 >= start_of_line)
        } else {
            parts.iter().find(|it| it.0 > offset)
        };
        // What stands behind a whole view speaks of the view.
        if let Some((_, kind, name)) = part.filter(|it| inside.is_some() || it.1 != "view_column") {
            return Some(Above { statement: *number, kind: (*kind).to_owned(), path: [path, vec![name.clone()]].concat() });
        }
    }
    Some(Above { statement: *number, kind: kind.to_owned(), path })
}

/// What stands inside a statement and can be spoken of by itself (columns, constraints, attributes, labels): where it starts, kind and
/// name.
pub(super) fn parts(node: &Node, statement: &Statement) -> Vec<(usize, &'static str, String)> {
    let mut parts = Vec::new();
    let column = if node.name == "CompositeTypeStmt" { "attribute" } else { "column" };
    let mut add = |it: &Node, name: &str, kind| {
        parts.push((usize::try_from(it.integer("location")).unwrap_or_default(), kind, name.to_owned()));
    };
    let lists = ["table_elts", "coldeflist", "constraints"].into_iter().flat_map(|it| node.nodes(it));
    let commands = node.nodes("cmds").filter_map(|it| it.child("def"));
    let base = node.child("base_stmt").into_iter().flat_map(|it| it.nodes("table_elts"));
    for it in lists.chain(commands).chain(base) {
        match it.name {
            "ColumnDef" => add(it, it.text("colname"), column),
            "Constraint" if it.text("conname").is_empty() => {}
            "Constraint" if node.name == "CreateDomainStmt" => add(it, it.text("conname"), "domain_constraint"),
            "Constraint" if it.integer("contype") == ConstrType::ConstrForeign as i64 => {
                add(it, it.text("conname"), "foreign_key")
            }
            "Constraint" => add(it, it.text("conname"), "constraint"),
            _ => {}
        }
    }
    let is_view = node.name == "ViewStmt" || node.name == "CreateTableAsStmt";
    for it in
        node.child("query").filter(|_| is_view).into_iter().flat_map(|it| it.nodes("targetList").chain(it.nodes("target_list")))
    {
        let named = it.child("val").map(|it| it.get("fields").strings()).and_then(|it| it.last().cloned());
        let name = if it.text("name").is_empty() { named.unwrap_or_default() } else { it.text("name").to_owned() };
        add(it, &name, "view_column");
    }
    if node.name == "CreateEnumStmt" {
        let mut lexer = Lexer::new(&statement.sql);
        lexer.escapes = statement.settings.escapes;
        let texts = lexer.filter(|it| it.kind == Kind::Text).map(|it| it.range.start);
        parts.extend(texts.zip(node.get("vals").strings()).map(|(start, label)| (start, "enum_type", label)));
    }
    parts.sort_unstable_by_key(|it| it.0);
    parts
}

/// Kind and path of what a statement makes or changes.
pub(super) fn object(node: &Node, statement: &Statement) -> (&'static str, Vec<String>) {
    let is = |field: &str, kind: ObjectType| node.integer(field) == kind as i64;
    let (kind, space) = match node.name {
        "CreateStmt" => ("table", Space::Relation),
        "AlterTableStmt" if is("objtype", ObjectType::ObjectTable) => ("table", Space::Relation),
        "CreateForeignTableStmt" => ("table", Space::Relation),
        "CreateTableAsStmt" if is("objtype", ObjectType::ObjectMatview) => ("materialized_view", Space::Relation),
        "CreateTableAsStmt" => ("table", Space::Relation),
        "ViewStmt" => ("view", Space::Relation),
        "CreateSeqStmt" => ("sequence", Space::Relation),
        "IndexStmt" => ("index", Space::Relation),
        "CompositeTypeStmt" => ("composite_type", Space::Type),
        "CreateEnumStmt" => ("enum_type", Space::Type),
        "CreateRangeStmt" => ("range_type", Space::Type),
        "CreateDomainStmt" => ("domain", Space::Type),
        "CreateFunctionStmt" => ("function", Space::Function),
        "DefineStmt" if is("kind", ObjectType::ObjectAggregate) => ("aggregate", Space::Function),
        "DefineStmt" if is("kind", ObjectType::ObjectType) => ("base_type", Space::Type),
        "DefineStmt" if is("kind", ObjectType::ObjectOperator) => ("operator", Space::Operator),
        "DefineStmt" if is("kind", ObjectType::ObjectCollation) => ("collation", Space::Collation),
        "CreateSchemaStmt" => ("schema", Space::Schema),
        "CreateExtensionStmt" => ("extension", Space::Extension),
        "CreatePolicyStmt" => ("policy", Space::Part),
        "CreateTrigStmt" => ("trigger", Space::Part),
        "RuleStmt" => ("rule", Space::Part),
        "CreateEventTrigStmt" => ("event_trigger", Space::EventTrigger),
        "CreatePublicationStmt" => ("publication", Space::Publication),
        "CreateForeignServerStmt" => ("foreign_server", Space::Server),
        "CreateStatsStmt" => ("statistics", Space::Statistics),
        _ => ("", Space::Relation),
    };
    let made = statement.names.creates.iter().chain(&statement.names.touches);
    let of_table = |it: &&Name| kind != "index" || it.name == node.text("idxname");
    let Some(name) = made.filter(|it| it.space == space).find(of_table) else { return (kind, Vec::new()) };
    let is_global = matches!(space, Space::Schema | Space::Extension | Space::EventTrigger | Space::Publication | Space::Server);
    let schema = name.schema.clone().or_else(|| statement.settings.path().first().cloned()).filter(|_| !is_global);
    let own: Vec<String> =
        if space == Space::Part { name.name.splitn(2, '/').map(str::to_owned).collect() } else { vec![name.name.clone()] };
    (kind, schema.into_iter().chain(own).collect())
}

#[cfg(test)]
mod tests {
    use crate::source::read;

    fn spoken(text: &str) -> Vec<(String, String)> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.sql"), text).unwrap();
        let hints = read(folder.path()).unwrap().hints.into_iter();
        hints
            .map(|it| {
                (it.text, it.above.map(|it| format!("{} {}", it.kind, it.path.join(".")).trim().to_owned()).unwrap_or_default())
            })
            .collect()
    }

    #[test]
    fn a_hint_speaks_of_labels_constraints_and_columns_of_views() {
        let text = "CREATE TYPE mood AS ENUM (\n  -- schemagen: renamed from 'sad'\n  'it''s so',\n  'happy' -- schemagen: glad\n);\n\
                    CREATE DOMAIN d AS int\n  -- schemagen: rule\n  CONSTRAINT positive CHECK (VALUE > 0);\n\
                    CREATE VIEW v AS SELECT a,\n  -- schemagen: column\n  b AS c FROM t;\n\
                    CREATE TABLE t (id int, /* schemagen: inside */ a int, b int /* schemagen: behind */, \
                    /* schemagen: key */ CONSTRAINT k FOREIGN KEY (a) REFERENCES u);\n";
        let expected = [
            ("renamed from 'sad'", "enum_type public.mood.it's so"),
            ("glad", "enum_type public.mood.happy"),
            ("rule", "domain_constraint public.d.positive"),
            ("column", "view_column public.v.c"),
            ("inside", "column public.t.a"),
            ("behind", "column public.t.b"),
            ("key", "foreign_key public.t.k"),
        ];
        assert_eq!(spoken(text), expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }

    #[test]
    fn a_hint_speaks_of_what_stands_below_it_or_before_it_on_its_line() {
        let text = "-- schemagen: new\nCREATE TABLE app.t (\n  id int, -- schemagen: behind\n  -- schemagen: renamed from old\n  a int,\n  \
                    b text DEFAULT '-- schemagen: no',\n  -- schemagen: key\n  CONSTRAINT c CHECK (a > 0)\n);\n\
                    CREATE VIEW v AS SELECT 1; -- schemagen: seen\n-- schemagen: nothing\n";
        let expected = [
            ("new", "table app.t"),
            ("behind", "column app.t.id"),
            ("renamed from old", "column app.t.a"),
            ("key", "constraint app.t.c"),
            ("seen", "view public.v"),
            ("nothing", ""),
        ];
        assert_eq!(spoken(text), expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }
}
