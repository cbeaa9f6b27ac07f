//! What statements bring into being, take away and name anew.

use pg_query::protobuf::{ConstrType, ObjectType};

use super::read::{self, kind};
use super::{Known, Name, Routine, Table};
use crate::lint::statement::Statement;
use crate::source::names;
use crate::source::tree::{Node, Tree};

impl Known {
    /// Takes in what a statement does.
    pub(in crate::lint) fn learn(&mut self, statement: &Statement) {
        let node = statement.node();
        self.made.extend(names::made(node));
        match node.name {
            "CreateStmt" => self.create_table(node),
            "CreateTableAsStmt" => self.create_query(node.child("into")),
            "SelectStmt" => self.create_query(node.child("into_clause")),
            "AlterTableStmt" => self.alter(statement),
            "IndexStmt" => self.create_index(node),
            "ViewStmt" => {
                let name = node.child("view").map(Name::of);
                self.marked.extend(name.iter().cloned().map(|it| (it, false)));
                self.new.extend(name);
            }
            "GrantStmt" => node.get("objects").items().iter().for_each(|it| self.mark(it)),
            "CommentStmt" => self.mark(node.get("object")),
            "CreateSeqStmt" => self.new.extend(node.child("sequence").map(Name::of)),
            "CreateDomainStmt" => {
                let name = Name::parts(&node.get("domainname").strings());
                let has = |it: &Node| matches!(kind(it), ConstrType::ConstrCheck | ConstrType::ConstrNotnull);
                self.domains.insert(name.clone(), node.nodes("constraints").any(has));
                self.new.insert(name);
            }
            "AlterDomainStmt" if matches!(node.text("subtype"), "C" | "O") => {
                self.domains.insert(Name::parts(&node.get("type_name").strings()), true);
            }
            "CreateEnumStmt" => {
                let name = Name::parts(&node.get("type_name").strings());
                self.enums.insert(name.clone());
                self.new.insert(name);
            }
            "CreateFunctionStmt" => self.create_routine(node),
            "CreatePolicyStmt" => {
                if let Some(table) = node.child("table") {
                    self.table(Name::of(table)).policies.insert(node.text("policy_name").to_owned());
                }
            }
            "DropStmt" => self.drop(node),
            "RenameStmt" => self.rename(node),
            "AlterObjectSchemaStmt" => {
                if let Some(from) = node.child("relation").map(Name::of) {
                    let to = Name { schema: node.text("newschema").to_owned(), name: from.name.clone() };
                    self.move_table(&from, to);
                }
            }
            _ => {}
        }
    }

    pub(super) fn table(&mut self, name: Name) -> &mut Table {
        self.tables.entry(name).or_default()
    }

    fn create_table(&mut self, node: &Node) {
        let Some(name) = node.child("relation").map(Name::of) else { return };
        if node.is("if_not_exists") && self.tables.contains_key(&name) {
            return;
        }
        let parents: Vec<Name> = node.nodes("inh_relations").map(Name::of).collect();
        let elements: Vec<&Node> = node.nodes("table_elts").collect();
        let takes = !parents.is_empty() || node.child("of_typename").is_some();
        let mut table = Table {
            is_whole: !takes && !elements.iter().any(|it| it.name == "TableLikeClause"),
            is_partitioned: node.child("partspec").is_some(),
            ..Table::default()
        };
        for it in elements {
            match it.name {
                "ColumnDef" => self.add_column(&name, &mut table, it),
                "Constraint" => table.constraints.extend(read::constraint(&name, None, it)),
                _ => {}
            }
        }
        table.require();
        if let (Some(parent), Some(bound)) = (parents.first(), node.child("partbound")) {
            table.constraints.extend(self.tables.get(parent).into_iter().flat_map(|it| it.constraints.clone()));
            let parent = self.table(parent.clone());
            parent.partitions.insert(name.clone());
            if bound.is("is_default") {
                parent.default_partition = Some(name.clone());
            }
        }
        self.new.insert(name.clone());
        self.tables.insert(name, table);
    }

    /// `CREATE TABLE AS`, `CREATE MATERIALIZED VIEW` and `SELECT INTO`.
    fn create_query(&mut self, into: Option<&Node>) {
        if let Some(name) = into.and_then(|it| it.child("rel")).map(Name::of) {
            self.tables.insert(name.clone(), Table::default());
            self.marked.insert(name.clone(), false);
            self.new.insert(name);
        }
    }

    pub(super) fn add_column(&self, name: &Name, table: &mut Table, node: &Node) {
        let column = node.text("colname");
        table.columns.insert(column.to_owned(), read::column(self, node));
        table.constraints.extend(node.nodes("constraints").filter_map(|it| read::constraint(name, Some(column), it)));
    }

    fn create_index(&mut self, node: &Node) {
        let Some(table) = node.child("relation").map(Name::of) else { return };
        let index = read::index(node);
        self.new.extend(index.name.as_ref().map(|it| table.sibling(it)));
        self.table(table).indexes.push(index);
    }

    fn create_routine(&mut self, node: &Node) {
        let name = Name::parts(&node.get("funcname").strings());
        let text = |option: &str| node.option("options", option).and_then(Tree::string).unwrap_or_default().to_lowercase();
        let routine = Routine {
            arguments: read::arguments(node).map(|it| self.type_of(it.child("arg_type"))).collect(),
            volatile: !matches!(text("volatility").as_str(), "stable" | "immutable"),
            language: text("language"),
        };
        self.marked.entry(name.clone()).or_default();
        let all = self.routines.entry(name).or_default();
        all.retain(|it| it.arguments != routine.arguments);
        all.push(routine);
    }

    /// Something is said about an object that it loses when it is dropped.
    fn mark(&mut self, object: &Tree) {
        let name = match object.node() {
            Some(range) if range.name == "RangeVar" => Name::of(range),
            _ => Name::parts(&object.strings()),
        };
        if let Some(it) = self.marked.get_mut(&name) {
            *it = true;
        }
    }

    fn drop(&mut self, node: &Node) {
        let is = |kind: ObjectType| node.integer("remove_type") == kind as i64;
        for names in node.get("objects").items() {
            let mut parts = names.strings();
            if is(ObjectType::ObjectPolicy) {
                let policy = parts.pop().unwrap_or_default();
                self.table(Name::parts(&parts)).policies.remove(&policy);
                continue;
            }
            let name = Name::parts(&parts);
            self.new.remove(&name);
            self.marked.remove(&name);
            if is(ObjectType::ObjectTable) {
                self.tables.remove(&name);
                for table in self.tables.values_mut() {
                    table.constraints.retain(|_, it| it.points_to.as_ref().is_none_or(|it| it.0 != name));
                    table.lose(&name);
                }
            } else if is(ObjectType::ObjectIndex) {
                self.tables.values_mut().for_each(|it| it.indexes.retain(|it| it.name.as_ref() != Some(&name.name)));
            } else if is(ObjectType::ObjectDomain) {
                self.domains.remove(&name);
            } else if is(ObjectType::ObjectType) {
                self.enums.remove(&name);
            } else if is(ObjectType::ObjectFunction) || is(ObjectType::ObjectProcedure) {
                self.routines.remove(&name);
            }
        }
    }

    fn rename(&mut self, node: &Node) {
        let Some(table) = node.child("relation").map(Name::of) else { return };
        let (old, new) = (node.text("subname").to_owned(), node.text("newname").to_owned());
        let is = |kind: ObjectType| node.integer("rename_type") == kind as i64;
        if is(ObjectType::ObjectTable) {
            return self.move_table(&table, table.sibling(&new));
        }
        if is(ObjectType::ObjectIndex) {
            let all = self.tables.values_mut().flat_map(|it| &mut it.indexes);
            all.filter(|it| it.name.as_ref() == Some(&table.name)).for_each(|it| it.name = Some(new.clone()));
            return;
        }
        let Some(known) = self.tables.get_mut(&table) else { return };
        if is(ObjectType::ObjectTabconstraint) {
            if let Some(it) = known.constraints.remove(&old) {
                known.constraints.insert(new, it);
            }
        } else if is(ObjectType::ObjectColumn) {
            known.rename_column(&old, &new);
        }
    }

    fn move_table(&mut self, from: &Name, to: Name) {
        for table in self.tables.values_mut() {
            for it in table.constraints.values_mut().filter_map(|it| it.points_to.as_mut()).filter(|it| it.0 == *from) {
                it.0 = to.clone();
            }
        }
        if self.new.remove(from) {
            self.new.insert(to.clone());
        }
        if let Some(table) = self.tables.remove(from) {
            self.tables.insert(to, table);
        }
    }
}
