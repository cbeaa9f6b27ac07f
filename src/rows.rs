//! Proof by value: rows with values at the edges of each type, seeded into a clone, or real ones sampled; read before and after, and
//! compared.
//!
//! Who seeds decides nothing about what is allowed: candidates are proposed, and the server takes or refuses them.

mod compare;
mod groups;
mod insert;
mod literals;
mod nested;
mod pattern;
mod read;
mod sample;
mod scalars;
mod seed;
mod tables;
mod values;

use std::fmt;

pub use compare::{ColumnVerdict, Example, TableVerdict, Verdict, compare};
pub use read::{Column, Contents, Table, names_before, read, read_after, read_renamed};
pub use sample::{Real, Sampled, sample};
pub use seed::{Demand, Seeded, seed, seed_beside};

/// In a transaction: one text for a value, whoever asks.
const ALIKE: &str = "SET LOCAL DateStyle = 'ISO, MDY'; SET LOCAL IntervalStyle = postgres; SET LOCAL TimeZone = 'UTC'; \
    SET LOCAL lc_monetary = 'C'; SET LOCAL xmloption = content; SET LOCAL bytea_output = hex; SET LOCAL extra_float_digits = 1; \
    SET LOCAL standard_conforming_strings = on";

/// In a transaction: one order for all scans of a table, and all of its rows.
const SCANS: &str = "SET LOCAL jit = off; SET LOCAL row_security = off; SET LOCAL synchronize_seqscans = off; \
    SET LOCAL max_parallel_workers_per_gather = 0";

/// A relation that holds rows, by schema and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relation {
    /// Its schema.
    pub schema: String,
    /// Its own name.
    pub name: String,
}

impl Relation {
    /// The relation of that name.
    pub fn new(schema: &str, name: &str) -> Relation {
        Relation { schema: schema.to_owned(), name: name.to_owned() }
    }

    /// Its name as SQL writes it.
    pub fn path(&self) -> String {
        crate::sql::path(&[&self.schema, &self.name])
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.schema, self.name)
    }
}
