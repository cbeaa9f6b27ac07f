//! All integration tests, one binary: linking is what takes the time.

mod cases;
mod cli;
mod conversions;
mod half_way;
mod impact;
mod lint;
mod locks;
mod pairs;
mod property;

mod rows;
mod sizes;
mod support;
mod tidy;
