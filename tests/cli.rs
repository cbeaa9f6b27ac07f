//! The built program, run as a user runs it: what it prints where, how it exits, and what it leaves behind.

mod backfill;
mod bad_input;
mod bodies;
mod check;
mod connection;
mod conversions;
mod data_checks;
mod drift;
mod estimates;
mod everything_back;
mod expand;
mod hygiene;
mod lint;
mod live;
mod main_job;
mod managed;
mod names;
mod no_room;
mod online;
mod online_losses;
mod rebase;
mod renames;
mod sample;
mod traps;
mod written_since;
