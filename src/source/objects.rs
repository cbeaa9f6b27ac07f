//! The objects that `DROP`, `COMMENT`, `GRANT` and their like name: the kind says how the name is to be read.

use pg_query::protobuf::ObjectType;

use super::names::{Name, Space, relation};
use super::tree::{Node, Tree};

/// The object of a statement that holds it in `relation` or in `object`.
pub(super) fn object(kind: i64, statement: &Node) -> Option<Name> {
    match statement.child("relation").and_then(relation) {
        Some(table) if space(kind) == Some(Space::Part) => Some(table.part(statement.text("subname"))),
        Some(table) => Some(table),
        None => of_kind(kind, statement.get("object")),
    }
}

/// The name of an object of a kind (`ObjectType`), as `DROP` and `COMMENT` hold it.
pub(super) fn of_kind(kind: i64, value: &Tree) -> Option<Name> {
    let space = space(kind)?;
    let mut parts = value.strings();
    let kind = ObjectType::try_from(i32::try_from(kind).ok()?).ok()?;
    match kind {
        ObjectType::ObjectColumn => {
            parts.pop()?;
        }
        ObjectType::ObjectOpclass | ObjectType::ObjectOpfamily => {
            parts.remove(0); // the access method
        }
        ObjectType::ObjectDomconstraint => {
            let list = value.node()?.get("items").items();
            parts = list.first()?.strings();
        }
        _ if space == Space::Part => {
            let part = parts.pop()?;
            return Some(Name::new(Space::Relation, &parts)?.part(&part));
        }
        _ => {}
    }
    Name::new(space, &parts)
}

/// The space of an `ObjectType`.
pub(super) fn space(kind: i64) -> Option<Space> {
    Some(match ObjectType::try_from(i32::try_from(kind).ok()?).ok()? {
        ObjectType::ObjectTable
        | ObjectType::ObjectView
        | ObjectType::ObjectMatview
        | ObjectType::ObjectIndex
        | ObjectType::ObjectSequence
        | ObjectType::ObjectForeignTable
        | ObjectType::ObjectColumn => Space::Relation,
        ObjectType::ObjectType | ObjectType::ObjectDomain | ObjectType::ObjectDomconstraint | ObjectType::ObjectAttribute => {
            Space::Type
        }
        ObjectType::ObjectFunction | ObjectType::ObjectProcedure | ObjectType::ObjectRoutine | ObjectType::ObjectAggregate => {
            Space::Function
        }
        ObjectType::ObjectOperator => Space::Operator,
        ObjectType::ObjectCollation => Space::Collation,
        ObjectType::ObjectConversion => Space::Conversion,
        ObjectType::ObjectTsconfiguration
        | ObjectType::ObjectTsdictionary
        | ObjectType::ObjectTsparser
        | ObjectType::ObjectTstemplate => Space::Search,
        ObjectType::ObjectOpclass => Space::Class,
        ObjectType::ObjectOpfamily => Space::Family,
        ObjectType::ObjectSchema => Space::Schema,
        ObjectType::ObjectExtension => Space::Extension,
        ObjectType::ObjectLanguage => Space::Language,
        ObjectType::ObjectFdw => Space::Wrapper,
        ObjectType::ObjectForeignServer => Space::Server,
        ObjectType::ObjectPublication => Space::Publication,
        ObjectType::ObjectEventTrigger => Space::EventTrigger,
        ObjectType::ObjectAccessMethod => Space::Method,
        ObjectType::ObjectStatisticExt => Space::Statistics,
        ObjectType::ObjectTabconstraint | ObjectType::ObjectTrigger | ObjectType::ObjectPolicy | ObjectType::ObjectRule => {
            Space::Part
        }
        _ => return None,
    })
}
