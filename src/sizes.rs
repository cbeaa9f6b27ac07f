//! How large the relations of the live database are, and whether a table is large: then statements that hold others up for as long
//! as they work on it take another form.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::catalog::{Catalog, Id};
use crate::database::Database;
use crate::error::Result;

/// The least that a row takes on its page: header, line pointer and one aligned value.
const LEAST_ROW: u64 = 32;

/// How large a relation is, with all that inherit from it: of a partitioned table, its partitions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// `reltuples`: rows when it was last analysed; `None` when it never was.
    pub rows: Option<u64>,
    /// The heap; of an index its own pages.
    pub bytes: u64,
    /// What is stored out of line, with the index on it.
    pub toast: u64,
    /// All indexes.
    pub indexes: u64,
    /// When it was last analysed, by hand or by itself.
    pub analyzed: Option<String>,
}

impl Size {
    /// The rows when it was last analysed, and where it never was, as many as its pages can hold.
    pub fn rows_at_most(&self) -> u64 {
        self.rows.unwrap_or(self.bytes / LEAST_ROW)
    }
}

/// From where on a table is large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// With that many rows or that many bytes (heap and what is out of line), or when neither is known.
    From {
        /// So many rows are large.
        rows: u64,
        /// So many bytes are large.
        bytes: u64,
    },
    /// Every table that is there.
    Always,
    /// None.
    Never,
}

impl Default for Limit {
    /// 100,000 rows or 10 MB: below, the longest of what locks a table is done in a fraction of a second.
    fn default() -> Limit {
        Limit::From { rows: 100_000, bytes: 10_000_000 }
    }
}

/// The sizes of all relations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sizes {
    /// By schema and name; none without a live database.
    relations: Option<BTreeMap<Vec<String>, Size>>,
    /// What was there before the migration; all when it is not said.
    there: Option<BTreeSet<Vec<String>>>,
    limit: Limit,
}

#[derive(Deserialize)]
struct Row {
    path: Vec<String>,
    size: Size,
}

impl Sizes {
    /// Nothing is known of them: there is no live database.
    pub fn unknown() -> Sizes {
        Sizes::default()
    }

    /// Tables without rows, as those that are only declared.
    pub const fn empty() -> Sizes {
        Sizes { relations: None, there: None, limit: Limit::Never }
    }

    /// Reads those of a live database.
    pub async fn read(live: &mut Database) -> Result<Sizes> {
        let rows: Vec<Row> = live.value(include_str!("sizes.sql"), &[]).await?;
        let relations = rows.into_iter().map(|it| (it.path, it.size)).collect();
        Ok(Sizes { relations: Some(relations), ..Sizes::default() })
    }

    /// Those that are given.
    pub fn given(sizes: impl IntoIterator<Item = (Vec<String>, Size)>) -> Sizes {
        Sizes { relations: Some(sizes.into_iter().collect()), ..Sizes::default() }
    }

    /// The same sizes, judged by another limit.
    #[must_use]
    pub fn judged_by(self, limit: Limit) -> Sizes {
        Sizes { limit, ..self }
    }

    /// The same sizes where a relation has got another name.
    #[must_use]
    pub fn renamed(mut self, old: &[String], new: &[String]) -> Sizes {
        if let Some(relations) = &mut self.relations
            && let Some(size) = relations.remove(old)
        {
            relations.insert(new.to_vec(), size);
        }
        self
    }

    /// The same sizes, with everything else than what stands in `state` empty: the migration makes it.
    #[must_use]
    pub fn of_those_in(self, state: &Catalog) -> Sizes {
        Sizes { there: Some(state.objects.keys().map(|it| it.path.clone()).collect()), ..self }
    }

    /// How large the relation at schema and name is: a table, a materialized view, an index. `None` when it is not known.
    pub fn of(&self, path: &[String]) -> Option<&Size> {
        self.relations.as_ref()?.get(path)
    }

    /// Whether any table can be.
    pub fn may_be_large(&self) -> bool {
        !matches!(self.limit, Limit::Never)
    }

    /// Whether a table or materialized view, which was there before the migration, is large. What is not known is large.
    pub fn is_large(&self, table: &Id) -> bool {
        if self.there.as_ref().is_some_and(|it| !it.contains(&table.path)) {
            return false;
        }
        match self.limit {
            Limit::Always => true,
            Limit::Never => false,
            Limit::From { rows, bytes } => {
                self.of(&table.path).is_none_or(|it| it.rows_at_most() >= rows || it.bytes + it.toast >= bytes)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(size: Size) -> Sizes {
        Sizes { relations: Some(BTreeMap::from([(vec!["public".to_owned(), "t".to_owned()], size)])), ..Sizes::default() }
    }

    #[test]
    fn rows_bytes_and_ignorance_make_a_table_large() {
        let table = Id::new("table", &["public", "t"]);
        let is_large = |it: Size| sizes(it).is_large(&table);
        assert!(!is_large(Size { rows: Some(99_999), bytes: 9_000_000, ..Size::default() }));
        assert!(is_large(Size { rows: Some(100_000), bytes: 8192, ..Size::default() }));
        assert!(is_large(Size { rows: Some(1), bytes: 5_000_000, toast: 5_000_000, ..Size::default() }));
        assert!(is_large(Size { rows: None, bytes: 5_000_000, ..Size::default() }), "never analysed, and many rows fit");
        assert!(!is_large(Size { rows: None, bytes: 81_920, ..Size::default() }), "never analysed, and few rows fit");
        assert!(Sizes::unknown().is_large(&table));
        assert!(!Sizes::empty().is_large(&table));
        assert!(sizes(Size::default()).judged_by(Limit::Always).is_large(&table));
    }

    #[test]
    fn a_size_goes_with_the_name() {
        let path = |it: &str| ["public".to_owned(), it.to_owned()];
        let renamed = sizes(Size { rows: Some(1), ..Size::default() }).renamed(&path("t"), &path("u"));
        assert_eq!((renamed.of(&path("t")), renamed.of(&path("u")).and_then(|it| it.rows)), (None, Some(1)));
    }
}
