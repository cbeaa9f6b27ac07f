//! What a statement refers to, wherever in it: relations, types, functions, roles.

use std::collections::BTreeSet;

use pg_query::protobuf::{ConstrType, PublicationObjSpecType};

use super::names::{self, Name, Names, Space};
use super::tree::{Node, Tree};

/// Adds all that a statement refers to.
pub(super) fn collect(statement: &Node, names: &mut Names) {
    let mut ctes = BTreeSet::new();
    let whole = Tree::Node(statement.clone());
    whole.walk(&mut |it| {
        if it.name == "CommonTableExpr" {
            ctes.insert(it.text("ctename").to_owned());
        }
        true
    });
    whole.walk(&mut |it| {
        node(it, &ctes, names);
        true
    });
    let schemas: Vec<String> = names.needs.iter().filter_map(|it| it.schema.clone()).collect();
    names.needs.extend(schemas.iter().filter_map(|it| Name::new(Space::Schema, std::slice::from_ref(it))));
}

fn node(node: &Node, ctes: &BTreeSet<String>, names: &mut Names) {
    let strings = |field: &str| node.get(field).strings();
    let needs = &mut names.needs;
    match node.name {
        "RangeVar" if node.text("schemaname").is_empty() && ctes.contains(node.text("relname")) => {}
        "RangeVar" => needs.extend(names::relation(node)),
        "TypeName" => type_name(node, needs),
        "FuncCall" => {
            needs.extend(Name::new(Space::Function, &strings("funcname")));
            sequence(node, needs);
        }
        "TypeCast" => constant(node, needs),
        "AExpr" => needs.extend(Name::new(Space::Operator, &strings("name"))),
        "CollateClause" => needs.extend(Name::new(Space::Collation, &strings("collname"))),
        "IndexElem" => {
            needs.extend(Name::new(Space::Class, &strings("opclass")));
            needs.extend(Name::new(Space::Collation, &strings("collation")));
        }
        "PartitionElem" => needs.extend(Name::new(Space::Class, &strings("opclass"))),
        "Constraint" if node.integer("contype") == ConstrType::ConstrForeign as i64 => {
            needs.extend(node.child("pktable").and_then(names::relation).map(|it| it.in_space(Space::Key)));
        }
        "DefElem" => option(node, needs),
        "ObjectWithArgs" => {
            needs.extend(Name::new(Space::Function, &strings("objname")));
            needs.extend(Name::new(Space::Operator, &strings("objname")));
        }
        "CreateTrigStmt" | "CreateEventTrigStmt" => needs.extend(Name::new(Space::Function, &strings("funcname"))),
        "CreateConversionStmt" => needs.extend(Name::new(Space::Function, &strings("func_name"))),
        "CreateAmStmt" => needs.extend(Name::new(Space::Function, &strings("handler_name"))),
        "CreatePLangStmt" => ["plhandler", "plinline", "plvalidator"]
            .iter()
            .for_each(|it| needs.extend(Name::new(Space::Function, &node.get(it).strings()))),
        "CreateOpClassStmt" => needs.extend(Name::new(Space::Family, &strings("opfamilyname"))),
        "CreateForeignServerStmt" => {
            needs.extend(Name::new(Space::Wrapper, &strings("fdwname")));
            needs.extend(Name::new(Space::Extension, &strings("fdwname")));
        }
        "CreateTransformStmt" => language(node.text("lang"), needs),
        "AlterTsConfigurationStmt" => {
            needs.extend(node.get("dicts").items().iter().filter_map(|it| Name::new(Space::Search, &it.strings())));
        }
        "PublicationObjSpec" if node.integer("pubobjtype") == PublicationObjSpecType::PublicationobjTablesInSchema as i64 => {
            needs.extend(Name::new(Space::Schema, &strings("name")));
        }
        "RoleSpec" => names::role(node, names),
        "CreateStmt" => tablespace(node, "tablespacename", names),
        "IndexStmt" => {
            needs.extend(Name::new(Space::Method, &strings("access_method")));
            tablespace(node, "table_space", names);
        }
        _ => {}
    }
    match node.name {
        "Constraint" => tablespace(node, "indexspace", names),
        "IntoClause" => tablespace(node, "table_space_name", names),
        "AlterTableMoveAllStmt" => tablespace(node, "new_tablespacename", names),
        "AlterTableCmd" if node.integer("subtype") == pg_query::protobuf::AlterTableType::AtSetTableSpace as i64 => {
            tablespace(node, "name", names);
        }
        _ => {}
    }
}

fn tablespace(node: &Node, field: &str, names: &mut Names) {
    names.tablespaces.extend(Some(node.text(field)).filter(|it| !it.is_empty()).map(str::to_owned));
}

fn type_name(node: &Node, needs: &mut BTreeSet<Name>) {
    let mut parts = node.get("names").strings();
    if node.is("pct_type") {
        parts.pop();
        needs.extend(Name::new(Space::Relation, &parts));
    } else if parts.first().is_none_or(|it| it != "pg_catalog") {
        needs.extend(Name::new(Space::Type, &parts));
    }
}

/// `nextval('public.s')`
fn sequence(call: &Node, needs: &mut BTreeSet<Name>) {
    let name = call.get("funcname").strings();
    if matches!(name.last().map(String::as_str), Some("nextval" | "currval" | "setval")) {
        let text = call.get("args").items().first().and_then(Tree::string);
        needs.extend(text.and_then(|it| Name::new(Space::Relation, &written(it))));
    }
}

/// `'public.t'::regclass`
fn constant(cast: &Node, needs: &mut BTreeSet<Name>) {
    let Some(text) = cast.get("arg").string() else { return };
    let space = match cast.get("type_name").strings().last().map(String::as_str) {
        Some("regclass") => Space::Relation,
        Some("regtype") => Space::Type,
        Some("regproc" | "regprocedure") => Space::Function,
        Some("regconfig" | "regdictionary") => Space::Search,
        Some("regcollation") => Space::Collation,
        Some("regnamespace") => Space::Schema,
        _ => return,
    };
    needs.extend(Name::new(space, &written(text.split('(').next().unwrap_or_default())));
}

/// The arguments of options are names of whatever the option is about.
fn option(option: &Node, needs: &mut BTreeSet<Name>) {
    let argument = option.get("arg");
    let strings = argument.strings();
    match option.text("defname") {
        "as" => {}
        // What does not exist comes as a shell.
        "commutator" | "negator" => needs.extend(strings.split_last().and_then(|(_, it)| Name::new(Space::Schema, it))),
        "language" => language(argument.string().unwrap_or_default(), needs),
        "schema" => needs.extend(Name::new(Space::Schema, &strings)),
        "owned_by" => needs.extend(strings.split_last().and_then(|(_, it)| Name::new(Space::Relation, it))),
        _ if argument.node().is_some_and(|it| matches!(it.name, "TypeName" | "List")) || !argument.items().is_empty() => {
            let spaces = [Space::Function, Space::Operator, Space::Collation, Space::Search, Space::Class];
            needs.extend(spaces.into_iter().filter_map(|it| Name::new(it, &strings)));
        }
        _ => {}
    }
}

/// A language often comes with an extension of its name.
fn language(name: &str, needs: &mut BTreeSet<Name>) {
    needs.extend(Name::new(Space::Language, &[name.to_owned()]));
    needs.extend(Name::new(Space::Extension, &[name.to_owned()]));
}

/// The parts of a qualified name in a text constant.
fn written(text: &str) -> Vec<String> {
    use super::lexer::{Kind, Lexer};
    Lexer::new(text)
        .filter_map(|it| match it.kind {
            Kind::Word => Some(text[it.range].to_lowercase()),
            Kind::Name => Some(text[it.range].trim_matches('"').replace("\"\"", "\"")),
            _ => None,
        })
        .collect()
}
