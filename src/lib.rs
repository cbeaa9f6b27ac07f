//! PostgreSQL schema as code.
//!
//! The flow of `schemagen diff`, one way only: source (a folder of SQL) → shadow (a throw-away server that holds the
//! desired state) → [`introspect`] (the live and the desired catalog) → diff → plan → order → render → prove
//! → output. What belongs to one kind of object is in its file under [`kinds`].

pub mod amount;
pub mod archive;
pub mod bodies;
pub mod canonical;
pub mod catalog;
pub mod check;
pub mod chosen;
pub mod cli;
pub mod closure;
pub mod commands;
pub mod config;
pub mod connect;
pub mod console;
pub mod conversions;
pub mod data_checks;
pub mod database;
pub mod desired;
pub mod diff;
pub mod drift;
pub mod engine;
pub mod error;
pub mod estimate;
pub mod expand;
pub mod export;
pub mod fingerprint;
pub mod git;
pub mod hazard;
pub mod health;
pub mod hints;
pub mod history;
pub mod impact;
pub mod introspect;
pub mod kinds;
pub mod lint;
pub mod lock;
pub mod migrations;
pub mod notices;
pub mod order;
pub mod output;
pub mod parts;
pub mod plan;
pub mod progress;
pub mod prove;
pub mod renames;
pub mod render;
pub mod replay;
pub mod row_names;
pub mod rows;
pub mod rules;
pub mod script;
pub mod shadow;
pub mod shape;
pub mod sizes;
pub mod source;
pub mod spelling;
pub mod sql;
pub mod timing;
pub mod values;
