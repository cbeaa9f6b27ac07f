//! PostgreSQL schema as code.
//!
//! The flow of `schemagen diff`, one way only: source (a folder of SQL) → shadow (a throw-away server that holds the
//! desired state) → [`introspect`] (the live and the desired catalog) → diff → plan → order → render → prove
//! → output. What belongs to one kind of object is in its file under [`kinds`].

pub mod canonical;
pub mod catalog;
pub mod database;
pub mod error;
pub mod hazard;
pub mod introspect;
pub mod kinds;
pub mod plan;
pub mod shadow;
pub mod source;
pub mod sql;
