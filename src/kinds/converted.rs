//! The words in which a kind says what is done to the values of a column that gets another type.

/// What is done to the values of a column that gets another type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    /// `public.t.price from numeric to numeric(10,2)`
    pub what: String,
    /// Its table, as a name in a statement.
    pub table: String,
    /// That a value of the row `t` does not come through; it may fail for one that cannot be converted at all.
    pub changed: String,
    /// What names the row `t`.
    pub sample: String,
    /// By what it can be tried before the migration.
    pub tried: Option<Tried>,
    /// Which texts come through, of a column of texts that gets a type which is none.
    pub takes: Option<Takes>,
    /// The user said that values are to change.
    pub is_meant: bool,
    /// What to do about rows that do not come through.
    pub help: String,
}

/// The texts of a column that another type takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Takes {
    /// The column's own name.
    pub column: String,
    /// Which they are.
    pub texts: Texts,
}

/// Texts that a type takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Texts {
    /// These and no others.
    These(Vec<String>),
    /// Those that this type reads.
    Read(String),
}

/// How a conversion can be tried on values: as if they were in the column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The column's own name.
    pub column: String,
    /// Its type before.
    pub r#type: String,
    /// Its type after, where assignment leads there: that refuses some values which a cast would cut.
    pub assigned: Option<String>,
}
