//! What a statement makes, changes, drops and needs, by name, read from its parse tree.
//!
//! This orders the statements of a folder; it is a guess where names say less than the server knows (overloads, columns,
//! bodies in quotes). What it misses, [`super::load`] finds out by trying again.

use std::collections::BTreeSet;

use pg_query::protobuf::{AlterTableType, ConstrType, GrantTargetType, ObjectType, RoleSpecType};

use super::needs;
use super::objects::{object, of_kind, space};
use super::tree::{Node, Tree};

/// What shares one space of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Space {
    Schema,
    Extension,
    /// Tables, views, indexes, sequences.
    Relation,
    Type,
    Function,
    Operator,
    Collation,
    /// Text search objects.
    Search,
    /// Operator classes.
    Class,
    /// Operator families.
    Family,
    Method,
    Language,
    Wrapper,
    Server,
    Publication,
    EventTrigger,
    Statistics,
    Conversion,
    /// A unique key of a relation: what a foreign key needs of it.
    Key,
    /// A constraint, trigger, policy or rule of a relation: `relation/name`.
    Part,
}

/// A name as it is written: perhaps without a schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    pub(super) space: Space,
    pub(super) schema: Option<String>,
    pub(super) name: String,
}

impl Name {
    /// From the parts of a qualified name; the database's name before the schema is left out.
    pub(super) fn new(space: Space, parts: &[String]) -> Option<Name> {
        let (name, rest) = parts.split_last()?;
        Some(Name { space, schema: rest.last().cloned(), name: name.clone() })
    }

    pub(super) fn in_space(&self, space: Space) -> Name {
        Name { space, ..self.clone() }
    }

    fn sibling(&self, name: impl Into<String>) -> Name {
        Name { space: Space::Relation, schema: self.schema.clone(), name: name.into() }
    }

    pub(super) fn part(&self, name: &str) -> Name {
        Name { space: Space::Part, schema: self.schema.clone(), name: format!("{}/{name}", self.name) }
    }
}

/// What a statement does to names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) creates: Vec<Name>,
    pub(super) touches: Vec<Name>,
    pub(super) drops: Vec<Name>,
    pub(super) needs: BTreeSet<Name>,
    /// It announces a base type whose functions come before it: `CREATE TYPE t`.
    pub(super) is_shell: bool,
    /// It acts on schemas that are made after it: `ALTER DEFAULT PRIVILEGES … ON SCHEMAS`.
    pub(super) is_of_schemas: bool,
    /// It makes an operator class that is taken for its type where none is named.
    pub(super) is_default_class: bool,
    /// Schemas of which it takes all there is: `GRANT … ON ALL TABLES IN SCHEMA`.
    pub(super) all_in: Vec<String>,
    pub(super) roles: BTreeSet<String>,
    pub(super) tablespaces: BTreeSet<String>,
}

/// Reads a statement's names.
pub(super) fn names(statement: &Node) -> Names {
    let mut names = Names::default();
    needs::collect(statement, &mut names);
    match statement.name {
        "CreateStmt" => table(statement, &mut names),
        "CreateForeignTableStmt" => {
            names.needs.extend(Name::new(Space::Server, &[statement.text("servername").to_owned()]));
            if let Some(base) = statement.child("base_stmt") {
                table(base, &mut names);
            }
        }
        "CreateSchemaStmt" => schema(statement, &mut names),
        "CreateTableAsStmt" => create_relation(statement.child("into").and_then(|it| it.child("rel")), &mut names),
        "IndexStmt" => index(statement, &mut names),
        "CreateRangeStmt" => range(statement, &mut names),
        "DefineStmt" => {
            let space = space(statement.integer("kind")).unwrap_or(Space::Type);
            names.creates.extend(Name::new(space, &statement.get("defnames").strings()));
            names.is_shell = space == Space::Type && statement.get("definition").items().is_empty();
        }
        "AlterDefaultPrivilegesStmt" => {
            let of = |it: &Node| it.integer("objtype") == ObjectType::ObjectSchema as i64;
            names.is_of_schemas = statement.child("action").is_some_and(of);
        }
        "AlterTableStmt" => alter_table(statement, &mut names),
        "RenameStmt" => rename(statement, &mut names),
        "AlterObjectSchemaStmt" => move_schema(statement, &mut names),
        "DropStmt" => drop(statement, &mut names),
        "GrantStmt" => grant(statement, &mut names),
        "CommentStmt" | "SecLabelStmt" | "AlterExtensionContentsStmt" => touch(statement, "objtype", &mut names),
        "AlterOwnerStmt" | "AlterObjectDependsStmt" => touch(statement, "object_type", &mut names),
        "AlterFunctionStmt" => names.touches.extend(Name::new(Space::Function, &statement.get("func").strings())),
        _ => simple(statement, &mut names),
    }
    if statement.name == "CreateOpClassStmt" {
        names.is_default_class = statement.is("is_default");
        let own = names.creates.iter().map(|it| it.in_space(Space::Family)).collect::<Vec<_>>();
        let has_own = statement.get("opfamilyname").items().is_empty();
        names.creates.extend(own.into_iter().filter(|_| has_own));
    }
    names
}

/// The names, without their schemas, of what a statement makes.
pub(crate) fn made(statement: &Node) -> Vec<String> {
    names(statement).creates.into_iter().map(|it| it.name).collect()
}

/// What a statement does with the one name it has in a field.
enum Does {
    Create,
    Touch,
    /// It makes a part of the table in the second field.
    Part(&'static str),
    TouchPart(&'static str),
}

/// Statements that need no more than a line to say what they are about.
const SIMPLE: &[(&str, Does, Space, &str)] = &[
    ("ViewStmt", Does::Create, Space::Relation, "view"),
    ("CreateSeqStmt", Does::Create, Space::Relation, "sequence"),
    ("CompositeTypeStmt", Does::Create, Space::Relation, "typevar"),
    ("CreateEnumStmt", Does::Create, Space::Type, "type_name"),
    ("CreateDomainStmt", Does::Create, Space::Type, "domainname"),
    ("CreateFunctionStmt", Does::Create, Space::Function, "funcname"),
    ("CreateExtensionStmt", Does::Create, Space::Extension, "extname"),
    ("CreateFdwStmt", Does::Create, Space::Wrapper, "fdwname"),
    ("CreateForeignServerStmt", Does::Create, Space::Server, "servername"),
    ("CreateEventTrigStmt", Does::Create, Space::EventTrigger, "trigname"),
    ("CreatePLangStmt", Does::Create, Space::Language, "plname"),
    ("CreateOpClassStmt", Does::Create, Space::Class, "opclassname"),
    ("CreateOpFamilyStmt", Does::Create, Space::Family, "opfamilyname"),
    ("CreateConversionStmt", Does::Create, Space::Conversion, "conversion_name"),
    ("CreateAmStmt", Does::Create, Space::Method, "amname"),
    ("CreatePublicationStmt", Does::Create, Space::Publication, "pubname"),
    ("CreateStatsStmt", Does::Create, Space::Statistics, "defnames"),
    ("CreatePolicyStmt", Does::Part("table"), Space::Part, "policy_name"),
    ("CreateTrigStmt", Does::Part("relation"), Space::Part, "trigname"),
    ("RuleStmt", Does::Part("relation"), Space::Part, "rulename"),
    ("AlterPolicyStmt", Does::TouchPart("table"), Space::Part, "policy_name"),
    ("AlterSeqStmt", Does::Touch, Space::Relation, "sequence"),
    ("AlterEnumStmt", Does::Touch, Space::Type, "type_name"),
    ("AlterDomainStmt", Does::Touch, Space::Type, "type_name"),
    ("AlterTypeStmt", Does::Touch, Space::Type, "type_name"),
    ("AlterEventTrigStmt", Does::Touch, Space::EventTrigger, "trigname"),
    ("AlterPublicationStmt", Does::Touch, Space::Publication, "pubname"),
    ("AlterTsConfigurationStmt", Does::Touch, Space::Search, "cfgname"),
    ("AlterTsDictionaryStmt", Does::Touch, Space::Search, "dictname"),
    ("AlterOpFamilyStmt", Does::Touch, Space::Family, "opfamilyname"),
    ("AlterOperatorStmt", Does::Touch, Space::Operator, "opername"),
    ("AlterStatsStmt", Does::Touch, Space::Statistics, "defnames"),
    ("AlterCollationStmt", Does::Touch, Space::Collation, "collname"),
    ("AlterExtensionStmt", Does::Touch, Space::Extension, "extname"),
    ("AlterFdwStmt", Does::Touch, Space::Wrapper, "fdwname"),
    ("AlterForeignServerStmt", Does::Touch, Space::Server, "servername"),
    ("CreateUserMappingStmt", Does::Touch, Space::Server, "servername"),
    ("AlterUserMappingStmt", Does::Touch, Space::Server, "servername"),
];

fn simple(statement: &Node, names: &mut Names) {
    for (_, does, space, field) in SIMPLE.iter().filter(|it| it.0 == statement.name) {
        let value = statement.get(field);
        let relation = |field: &str| statement.child(field).and_then(relation);
        match does {
            Does::Create if value.node().is_some_and(|it| it.name == "RangeVar") => create_relation(value.node(), names),
            Does::Create => names.creates.extend(Name::new(*space, &value.strings())),
            Does::Touch => names.touches.extend(named(*space, value)),
            Does::Part(table) => names.creates.extend(relation(table).map(|it| it.part(statement.text(field)))),
            Does::TouchPart(table) => names.touches.extend(relation(table).map(|it| it.part(statement.text(field)))),
        }
    }
}

/// The name in a field of any shape.
fn named(space: Space, value: &Tree) -> Option<Name> {
    match value.node() {
        Some(node) if node.name == "RangeVar" => relation(node),
        _ => Name::new(space, &value.strings()),
    }
}

/// The name of a `RangeVar`.
pub(super) fn relation(range: &Node) -> Option<Name> {
    let schema = Some(range.text("schemaname").to_owned()).filter(|it| !it.is_empty());
    Some(Name { space: Space::Relation, schema, name: range.text("relname").to_owned() })
}

/// Relations have a row type of the same name.
fn create_relation(range: Option<&Node>, names: &mut Names) {
    if let Some(name) = range.and_then(relation) {
        names.creates.push(name.in_space(Space::Type));
        names.creates.push(name);
    }
}

fn table(statement: &Node, names: &mut Names) {
    create_relation(statement.child("relation"), names);
    let Some(table) = statement.child("relation").and_then(relation) else { return };
    for element in statement.nodes("table_elts") {
        match element.name {
            "ColumnDef" => column(&table, element, names),
            "Constraint" => constraint(&table, None, element, names),
            _ => {}
        }
    }
}

/// A column brings its sequence and its constraints.
fn column(table: &Name, column: &Node, names: &mut Names) {
    let types = column.get("type_name").strings();
    let serial =
        matches!(&types[..], [it] if matches!(it.trim_end_matches(['2', '4', '8']), "serial" | "bigserial" | "smallserial"));
    let is_identity = |it: &Node| it.integer("contype") == ConstrType::ConstrIdentity as i64;
    if serial || column.nodes("constraints").any(is_identity) {
        names.creates.push(table.sibling(format!("{}_{}_seq", table.name, column.text("colname"))));
    }
    for it in column.nodes("constraints") {
        constraint(table, Some(column.text("colname")), it, names);
    }
}

/// A unique constraint brings its index, under the name the server chooses when none is given.
fn constraint(table: &Name, column: Option<&str>, constraint: &Node, names: &mut Names) {
    let kind = ConstrType::try_from(i32::try_from(constraint.integer("contype")).unwrap_or_default());
    let name = constraint.text("conname");
    let columns = column.map_or_else(|| constraint.get("keys").strings(), |it| vec![it.to_owned()]);
    let chosen = match kind {
        _ if !name.is_empty() => name.to_owned(),
        Ok(ConstrType::ConstrPrimary) => format!("{}_pkey", table.name),
        Ok(ConstrType::ConstrUnique) => format!("{}_{}_key", table.name, columns.join("_")),
        _ => String::new(),
    };
    if matches!(kind, Ok(ConstrType::ConstrPrimary | ConstrType::ConstrUnique | ConstrType::ConstrExclusion))
        && !chosen.is_empty()
    {
        names.creates.push(table.in_space(Space::Key));
        names.creates.push(table.sibling(chosen.clone()));
    }
    if !constraint.text("indexname").is_empty() {
        names.needs.insert(table.sibling(constraint.text("indexname")));
        names.creates.retain(|it| it.space != Space::Relation || it.name != constraint.text("indexname"));
    }
    if !chosen.is_empty() {
        names.creates.push(table.part(&chosen));
    }
}

/// What stands inside `CREATE SCHEMA x …` is made in `x`.
fn schema(statement: &Node, names: &mut Names) {
    let role = statement.child("authrole").map_or("", |it| it.text("rolename"));
    let schema = if statement.text("schemaname").is_empty() { role } else { statement.text("schemaname") };
    names.creates.extend(Name::new(Space::Schema, &[schema.to_owned()]));
    for element in statement.nodes("schema_elts") {
        let inner = self::names(element);
        let made = inner.creates.into_iter().map(|it| Name { schema: it.schema.or(Some(schema.to_owned())), ..it });
        names.creates.extend(made);
    }
}

fn index(statement: &Node, names: &mut Names) {
    let Some(table) = statement.child("relation").and_then(relation) else { return };
    if !statement.text("idxname").is_empty() {
        names.creates.push(table.sibling(statement.text("idxname")));
    }
    if statement.is("unique") {
        names.creates.push(table.in_space(Space::Key));
    }
}

fn range(statement: &Node, names: &mut Names) {
    let name = statement.get("type_name").strings();
    let multirange = statement.option("params", "multirange_type_name").map(Tree::strings);
    names.creates.extend(multirange.and_then(|it| Name::new(Space::Type, &it)));
    names.creates.extend(Name::new(Space::Type, &name));
}

fn alter_table(statement: &Node, names: &mut Names) {
    let Some(table) = statement.child("relation").and_then(relation) else { return };
    if statement.integer("objtype") == ObjectType::ObjectType as i64 {
        names.touches.push(table.in_space(Space::Type));
    }
    for command in statement.nodes("cmds") {
        let kind = AlterTableType::try_from(i32::try_from(command.integer("subtype")).unwrap_or_default());
        let definition = command.child("def");
        match (kind, definition) {
            (Ok(AlterTableType::AtAddColumn), Some(it)) => column(&table, it, names),
            (Ok(AlterTableType::AtAddConstraint), Some(it)) => constraint(&table, None, it, names),
            (Ok(AlterTableType::AtReplicaIdentity), Some(it)) if !it.text("name").is_empty() => {
                names.needs.insert(table.sibling(it.text("name")));
            }
            (Ok(AlterTableType::AtClusterOn), _) => {
                names.needs.insert(table.sibling(command.text("name")));
            }
            (Ok(AlterTableType::AtDropConstraint), _) => names.drops.push(table.part(command.text("name"))),
            (Ok(_), None) if !command.text("name").is_empty() => {
                names.needs.insert(table.part(command.text("name")));
            }
            _ => {}
        }
    }
    names.touches.push(table);
}

fn rename(statement: &Node, names: &mut Names) {
    let Some(old) = object(statement.integer("rename_type"), statement) else { return };
    let new = Name { name: statement.text("newname").to_owned(), ..old.clone() };
    match old.space {
        Space::Part => names.touches.extend(statement.child("relation").and_then(relation)),
        _ if !statement.text("subname").is_empty() => names.touches.push(old),
        _ => {
            names.creates.extend(with_row_type(new));
            names.drops.extend(with_row_type(old));
        }
    }
}

fn move_schema(statement: &Node, names: &mut Names) {
    let Some(old) = object(statement.integer("object_type"), statement) else { return };
    let schema = statement.text("newschema").to_owned();
    names.needs.extend(Name::new(Space::Schema, std::slice::from_ref(&schema)));
    names.creates.extend(with_row_type(Name { schema: Some(schema), ..old.clone() }));
    names.drops.extend(with_row_type(old));
}

fn drop(statement: &Node, names: &mut Names) {
    for item in statement.get("objects").items() {
        let Some(name) = of_kind(statement.integer("remove_type"), item) else { continue };
        names.drops.extend(with_row_type(name));
    }
}

fn with_row_type(name: Name) -> Vec<Name> {
    if name.space == Space::Relation { vec![name.in_space(Space::Type), name] } else { vec![name] }
}

fn grant(statement: &Node, names: &mut Names) {
    let objects = statement.get("objects").items();
    if statement.integer("targtype") == GrantTargetType::AclTargetAllInSchema as i64 {
        names.all_in = statement.get("objects").strings();
        names.needs.extend(names.all_in.iter().filter_map(|it| Name::new(Space::Schema, std::slice::from_ref(it))));
        return;
    }
    let kind = statement.integer("objtype");
    names.touches.extend(objects.iter().filter_map(|it| match it.node() {
        Some(node) if node.name == "RangeVar" => relation(node),
        _ => of_kind(kind, it),
    }));
}

fn touch(statement: &Node, kind: &str, names: &mut Names) {
    names.touches.extend(object(statement.integer(kind), statement));
}

/// Adds the role of a `RoleSpec`.
pub(super) fn role(spec: &Node, names: &mut Names) {
    if spec.integer("roletype") == RoleSpecType::RolespecCstring as i64 {
        names.roles.insert(spec.text("rolename").to_owned());
    }
}
