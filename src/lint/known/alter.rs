//! What `ALTER TABLE` does to what is known.

use pg_query::protobuf::{AlterTableType, ConstrType};

use super::read::{self, kind};
use super::{Known, Name, Table};
use crate::lint::statement::{Clause, Statement};
use crate::source::tree::Node;

impl Known {
    pub(super) fn alter(&mut self, statement: &Statement) {
        let Some((name, clauses)) = statement.altered() else { return };
        let mut table = self.tables.get(&name).cloned().unwrap_or_default();
        for clause in clauses {
            match clause.kind {
                AlterTableType::AtAddColumn => {
                    if let Some(it) = clause.definition().filter(|it| !is_there(&table, &clause, it)) {
                        self.add_column(&name, &mut table, it);
                    }
                }
                AlterTableType::AtAlterColumnType => {
                    let of = clause.definition().map(|it| read::column(self, it).of);
                    if let (Some(column), Some(of)) = (table.columns.get_mut(clause.name), of) {
                        column.of = of;
                    }
                }
                AlterTableType::AtAddConstraint => table.add_constraint(&name, clause.definition()),
                AlterTableType::AtAttachPartition => {
                    let command = clause.definition();
                    let partition = command.and_then(|it| it.child("name")).map(Name::of);
                    table.partitions.extend(partition.clone());
                    if command.and_then(|it| it.child("bound")).is_some_and(|it| it.is("is_default")) {
                        table.default_partition = partition;
                    }
                }
                AlterTableType::AtDetachPartition => {
                    let partition = clause.definition().and_then(|it| it.child("name")).map(Name::of);
                    partition.iter().for_each(|it| table.lose(it));
                }
                _ => table.change(&clause),
            }
        }
        table.require();
        self.tables.insert(name, table);
    }
}

/// `ADD COLUMN IF NOT EXISTS` of one that exists.
fn is_there(table: &Table, clause: &Clause<'_>, column: &Node) -> bool {
    clause.node.is("missing_ok") && table.columns.contains_key(column.text("colname"))
}

impl Table {
    /// A partition goes.
    pub(super) fn lose(&mut self, partition: &Name) {
        self.partitions.remove(partition);
        self.default_partition = self.default_partition.take().filter(|it| it != partition);
    }

    fn change(&mut self, clause: &Clause<'_>) {
        let name = clause.name;
        match clause.kind {
            AlterTableType::AtDropColumn => self.drop_column(name),
            AlterTableType::AtValidateConstraint => {
                if let Some(it) = self.constraints.get_mut(name) {
                    it.is_valid = true;
                }
            }
            AlterTableType::AtDropConstraint => {
                self.constraints.remove(name);
            }
            _ => {}
        }
        let Some(column) = self.columns.get_mut(name) else { return };
        match clause.kind {
            AlterTableType::AtSetNotNull => column.is_required = true,
            AlterTableType::AtDropNotNull => column.is_required = false,
            AlterTableType::AtColumnDefault => column.has_default = clause.definition().is_some(),
            AlterTableType::AtAddIdentity => column.has_default = true,
            AlterTableType::AtDropIdentity => column.has_default = false,
            AlterTableType::AtDropExpression => (column.generated, column.has_default) = (None, false),
            _ => {}
        }
        if clause.kind == AlterTableType::AtDropNotNull {
            self.constraints.retain(|_, it| it.kind != ConstrType::ConstrNotnull || !it.columns.iter().any(|it| it == name));
        }
    }

    fn add_constraint(&mut self, table: &Name, node: Option<&Node>) {
        let Some(node) = node else { return };
        let index = node.text("indexname");
        if index.is_empty() {
            return self.constraints.extend(read::constraint(table, None, node));
        }
        // The index becomes the constraint's.
        let found = self.indexes.iter().position(|it| it.name.as_deref() == Some(index));
        let columns = found.map(|it| self.indexes.remove(it).columns);
        if let Some((name, mut constraint)) = read::constraint(table, None, node) {
            constraint.columns = columns.unwrap_or_default();
            if kind(node) == ConstrType::ConstrPrimary {
                constraint.required = constraint.columns.iter().cloned().collect();
            }
            self.constraints.insert(name, constraint);
        }
    }

    fn drop_column(&mut self, name: &str) {
        self.columns.remove(name);
        self.constraints.retain(|_, it| !it.columns.iter().any(|it| it == name));
        self.indexes.retain(|it| !it.columns.iter().chain(&it.computed).any(|it| it == name));
    }

    pub(super) fn rename_column(&mut self, old: &str, new: &str) {
        if let Some(it) = self.columns.remove(old) {
            self.columns.insert(new.to_owned(), it);
        }
        let renamed = |it: String| if it == old { new.to_owned() } else { it };
        for it in self.constraints.values_mut() {
            it.columns = std::mem::take(&mut it.columns).into_iter().map(renamed).collect();
            it.required = std::mem::take(&mut it.required).into_iter().map(renamed).collect();
        }
        for it in &mut self.indexes {
            it.columns = std::mem::take(&mut it.columns).into_iter().map(renamed).collect();
            it.computed = std::mem::take(&mut it.computed).into_iter().map(renamed).collect();
        }
    }

    /// A primary key and a NOT NULL constraint make their columns required.
    pub(super) fn require(&mut self) {
        for constraint in self.constraints.values() {
            if matches!(constraint.kind, ConstrType::ConstrPrimary | ConstrType::ConstrNotnull) && constraint.is_valid {
                for column in &constraint.required {
                    if let Some(it) = self.columns.get_mut(column) {
                        it.is_required = true;
                    }
                }
            }
        }
    }
}
