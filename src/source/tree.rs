//! A parse tree without types: every node with its name and its fields, so that one walk sees all of it.
//!
//! The typed tree has 270 kinds of nodes; what a statement needs may stand in any of them. Fields at their default value
//! are left out.

use serde::ser::{self, Serialize};

/// A value in the tree.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Tree {
    #[default]
    Nothing,
    Integer(i64),
    Text(String),
    List(Vec<Tree>),
    Node(Node),
}

/// A node: `RangeVar`, `ColumnDef`, `SelectStmt`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) name: &'static str,
    fields: Vec<(&'static str, Tree)>,
}

/// A node of no kind.
pub(crate) static EMPTY: Node = Node { name: "", fields: Vec::new() };

impl Tree {
    /// The tree of a parsed statement.
    pub(crate) fn of(statement: &pg_query::NodeEnum) -> Tree {
        statement.serialize(Builder).unwrap_or(Tree::Nothing)
    }

    pub(crate) fn node(&self) -> Option<&Node> {
        if let Tree::Node(it) = self { Some(it) } else { None }
    }

    pub(crate) fn items(&self) -> &[Tree] {
        if let Tree::List(it) = self { it } else { &[] }
    }

    /// The text of a `String` node, or of a constant that holds one.
    pub(crate) fn string(&self) -> Option<&str> {
        match self {
            Tree::Text(it) => Some(it),
            Tree::Node(it) if it.name == "AConst" => it.get("val").string(),
            Tree::Node(it) if it.name == "String" => Some(it.text("sval")),
            _ => None,
        }
    }

    /// The strings of a list, or of a node that is a list: a qualified name.
    pub(crate) fn strings(&self) -> Vec<String> {
        match self {
            Tree::List(items) => items.iter().filter_map(|it| it.string().map(str::to_owned)).collect(),
            Tree::Node(it) if it.name == "List" => it.get("items").strings(),
            Tree::Node(it) if it.name == "TypeName" => it.get("names").strings(),
            Tree::Node(it) if it.name == "ObjectWithArgs" => it.get("objname").strings(),
            it => it.string().map(str::to_owned).into_iter().collect(),
        }
    }

    /// Calls `visit` for every node, outermost first; it says whether to go into the node.
    pub(crate) fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Node) -> bool) {
        match self {
            Tree::List(items) => items.iter().for_each(|it| it.walk(visit)),
            Tree::Node(node) if visit(node) => node.fields.iter().for_each(|(_, it)| it.walk(visit)),
            _ => {}
        }
    }
}

impl Node {
    /// A field; [`Tree::Nothing`] when it is at its default.
    pub(crate) fn get(&self, field: &str) -> &Tree {
        self.fields.iter().find(|(name, _)| *name == field).map_or(&Tree::Nothing, |(_, it)| it)
    }

    pub(crate) fn text(&self, field: &str) -> &str {
        if let Tree::Text(it) = self.get(field) { it } else { "" }
    }

    pub(crate) fn integer(&self, field: &str) -> i64 {
        if let Tree::Integer(it) = self.get(field) { *it } else { 0 }
    }

    pub(crate) fn is(&self, field: &str) -> bool {
        self.integer(field) != 0
    }

    pub(crate) fn child(&self, field: &str) -> Option<&Node> {
        self.get(field).node()
    }

    /// The nodes of a list.
    pub(crate) fn nodes(&self, field: &str) -> impl Iterator<Item = &Node> {
        self.get(field).items().iter().filter_map(Tree::node)
    }

    /// The argument of an option: `DefElem` of that name in the list `field`.
    pub(crate) fn option(&self, field: &str, name: &str) -> Option<&Tree> {
        self.nodes(field).find(|it| it.text("defname") == name).map(|it| it.get("arg"))
    }
}

/// Builds a [`Tree`] from what serde tells it.
struct Builder;

/// Collects the items of a list, or the fields of a node.
struct Items(Vec<Tree>);
struct Fields(Node);

/// Serde asks for an error type; nothing here fails.
#[derive(Debug)]
struct Never;

impl std::fmt::Display for Never {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    fn custom<T: std::fmt::Display>(_: T) -> Never {
        Never
    }
}

macro_rules! integers {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(self, value: $type) -> Result<Tree, Never> {
            let value = i64::try_from(value).unwrap_or_default();
            Ok(if value == 0 { Tree::Nothing } else { Tree::Integer(value) })
        })*
    };
}

impl ser::Serializer for Builder {
    type Ok = Tree;
    type Error = Never;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = Items;
    type SerializeMap = ser::Impossible<Tree, Never>;
    type SerializeStruct = Fields;
    type SerializeStructVariant = Fields;

    integers! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    }

    fn serialize_f32(self, _: f32) -> Result<Tree, Never> {
        Ok(Tree::Nothing)
    }

    fn serialize_f64(self, _: f64) -> Result<Tree, Never> {
        Ok(Tree::Nothing)
    }

    fn serialize_char(self, value: char) -> Result<Tree, Never> {
        Ok(Tree::Text(value.to_string()))
    }

    fn serialize_str(self, value: &str) -> Result<Tree, Never> {
        Ok(Tree::Text(value.to_owned()))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Tree, Never> {
        Ok(Tree::Nothing)
    }

    fn serialize_none(self) -> Result<Tree, Never> {
        Ok(Tree::Nothing)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Tree, Never> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Tree, Never> {
        Ok(Tree::Nothing)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Tree, Never> {
        Ok(Tree::Nothing)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Tree, Never> {
        Ok(Tree::Text(variant.to_owned()))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Tree, Never> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<Tree, Never> {
        value.serialize(self)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Items, Never> {
        Ok(Items(Vec::with_capacity(length.unwrap_or_default())))
    }

    fn serialize_tuple(self, length: usize) -> Result<Items, Never> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Items, Never> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, length: usize) -> Result<Items, Never> {
        self.serialize_seq(Some(length))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Never> {
        Err(Never)
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Fields, Never> {
        Ok(Fields(Node { name, fields: Vec::new() }))
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, name: &'static str, _: usize) -> Result<Fields, Never> {
        Ok(Fields(Node { name, fields: Vec::new() }))
    }
}

impl Items {
    fn add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.0.push(value.serialize(Builder)?);
        Ok(())
    }

    fn list(self) -> Result<Tree, Never> {
        Ok(if self.0.is_empty() { Tree::Nothing } else { Tree::List(self.0) })
    }
}

macro_rules! lists {
    ($($trait:ident: $method:ident),*) => {
        $(impl ser::$trait for Items {
            type Ok = Tree;
            type Error = Never;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
                self.add(value)
            }

            fn end(self) -> Result<Tree, Never> {
                self.list()
            }
        })*
    };
}

lists! {
    SerializeSeq: serialize_element, SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field, SerializeTupleVariant: serialize_field
}

macro_rules! structs {
    ($($trait:ident),*) => {
        $(impl ser::$trait for Fields {
            type Ok = Tree;
            type Error = Never;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Never> {
                let value = value.serialize(Builder)?;
                if value != Tree::Nothing && value != Tree::Text(String::new()) {
                    self.0.fields.push((name, value));
                }
                Ok(())
            }

            /// `Node { node: … }` only wraps: what it holds stands for it.
            fn end(self) -> Result<Tree, Never> {
                let wraps = self.0.name == "Node";
                Ok(if wraps { self.0.fields.into_iter().next().map_or(Tree::Nothing, |it| it.1) } else { Tree::Node(self.0) })
            }
        })*
    };
}

structs!(SerializeStruct, SerializeStructVariant);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_is_seen_with_its_name_and_fields() {
        let parsed = pg_query::parse("CREATE VIEW a.v AS SELECT 1 FROM b.t WHERE x = ANY (SELECT f(y) FROM z)", 0).unwrap();
        let tree = Tree::of(parsed.protobuf.stmts[0].stmt.as_ref().unwrap().node.as_ref().unwrap());
        let mut seen = Vec::new();
        tree.walk(&mut |it| {
            match it.name {
                "RangeVar" => seen.push(it.text("relname").to_owned()),
                "FuncCall" => seen.push(it.get("funcname").strings().join(".")),
                _ => {}
            }
            true
        });
        assert_eq!(tree.node().unwrap().name, "ViewStmt");
        assert_eq!(seen, ["v", "t", "f", "z"]);
    }
}
