//! How live rows are read for questions to them: under the names that things still have there, and of a large table only some.

use crate::catalog::{Catalog, Id, Object};
use crate::sizes::Sizes;
use crate::sql;

/// How many rows are read of a large table, about.
const SOME: u64 = 10_000;

/// How live rows are read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reading<'a> {
    /// What is called otherwise on the live database: old and new id, in the order in which they change.
    pub pairs: &'a [(Id, Id)],
    /// The live sizes, where a part of a large table is enough.
    pub sampled: Option<&'a Sizes>,
}

impl Reading<'_> {
    /// What the live database calls it.
    pub(super) fn was(&self, id: &Id) -> Id {
        // A column is within its table and its schema, and only within those.
        let holds = |(old, new): &(Id, Id), it: &Id| {
            (new.kind == it.kind && new.path.len() == it.path.len() || new.kind == "table" || new.kind == "schema")
                && it.path.starts_with(&new.path)
                && old.path.len() == new.path.len()
        };
        let before = |it: Id, pair: &(Id, Id)| match holds(pair, &it) {
            true => Id { path: [&pair.0.path[..], &it.path[new_length(pair)..]].concat(), ..it },
            false => it,
        };
        self.pairs.iter().rev().fold(id.clone(), before)
    }

    /// How much of a live table is read: ` TABLESAMPLE …`, or nothing where that is all of it.
    fn share(&self, table: &Id) -> String {
        let rows = self.sampled.and_then(|it| it.of(&table.path)).map_or(0, |it| it.rows_at_most());
        if rows <= SOME {
            return String::new();
        }
        // Millionths of a percent, in whole numbers: the same text for the same size.
        let share = u128::from(SOME) * 100_000_000 / u128::from(rows);
        format!(" TABLESAMPLE SYSTEM ({}.{:06}) REPEATABLE (1)", share / 1_000_000, share % 1_000_000)
    }

    /// Whether only some rows of a table are read.
    pub fn is_sampled(&self, table: &Id) -> bool {
        !self.share(&self.was(table)).is_empty()
    }

    /// The rows of a table, to stand behind `FROM`: `only` is `ONLY ` or nothing.
    pub(super) fn rows(&self, table: &[String], only: &str, from: &Catalog) -> String {
        let id = Id::new("table", table);
        self.relation(&id, only, &self.share(&self.was(&id)), from)
    }

    /// The same, and all of them.
    pub(super) fn all_rows(&self, table: &[String], only: &str, from: &Catalog) -> String {
        self.relation(&Id::new("table", table), only, "", from)
    }

    fn relation(&self, table: &Id, only: &str, share: &str, from: &Catalog) -> String {
        let was = self.was(table);
        let columns = from.within("column", &table.path).filter(|it| it.id.path.len() == 3);
        let names: Vec<(&Object, Id)> = columns.map(|it| (it, self.was(&it.id))).collect();
        let live = format!("{only}{}", sql::path(&was.path));
        if share.is_empty() && names.iter().all(|(column, was)| column.id.path[2] == was.path[2]) {
            return live;
        }
        let named = names.iter().map(|(column, was)| {
            let (old, new) = (sql::name(&was.path[2]), sql::name(column.name(2)));
            if old == new { format!("s.{old}") } else { format!("s.{old} AS {new}") }
        });
        let places = ["s.ctid", "s.tableoid"].map(str::to_owned).into_iter();
        format!("(SELECT {} FROM {live} AS s{share})", places.chain(named).collect::<Vec<_>>().join(", "))
    }
}

fn new_length((_, new): &(Id, Id)) -> usize {
    new.path.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sizes::{Limit, Size};

    fn table(names: &[&str]) -> Catalog {
        let object =
            |it: &&str| Object { id: Id::new("column", &["app", "new", it]), parent: None, attrs: serde_json::json!({}) };
        names.iter().map(object).fold(Catalog::default(), Catalog::with)
    }

    #[test]
    fn rows_are_read_under_the_names_they_still_have() {
        let pairs = [
            (Id::new("schema", &["public"]), Id::new("schema", &["app"])),
            (Id::new("table", &["app", "old"]), Id::new("table", &["app", "new"])),
            (Id::new("column", &["app", "new", "a"]), Id::new("column", &["app", "new", "b"])),
            (Id::new("constraint", &["app", "new", "x"]), Id::new("constraint", &["app", "new", "c"])),
        ];
        let reading = Reading { pairs: &pairs, sampled: None };
        let path = ["app".to_owned(), "new".to_owned()];
        let rows = reading.rows(&path, "ONLY ", &table(&["b", "c"]));
        assert_eq!(rows, "(SELECT s.ctid, s.tableoid, s.a AS b, s.c FROM ONLY public.old AS s)");
        assert_eq!(reading.rows(&path, "", &table(&["c"])), "public.old", "the same columns need no list");
    }

    #[test]
    fn of_a_large_table_some_rows_are_read() {
        let size = |rows| Size { rows: Some(rows), ..Size::default() };
        let path = ["app".to_owned(), "new".to_owned()];
        let sizes = Sizes::given([(path.to_vec(), size(3_000_000))]).judged_by(Limit::Never);
        let reading = Reading { pairs: &[], sampled: Some(&sizes) };
        let from = table(&["c"]);
        let share = "TABLESAMPLE SYSTEM (0.333333) REPEATABLE (1)";
        assert_eq!(reading.rows(&path, "", &from), format!("(SELECT s.ctid, s.tableoid, s.c FROM app.new AS s {share})"));
        assert_eq!(reading.all_rows(&path, "", &from), "app.new");
        assert!(reading.is_sampled(&Id::new("table", &path)));
    }
}
