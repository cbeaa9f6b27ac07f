//! All integration tests, one binary: linking is what takes the time.

mod cases;
mod support;
mod tidy;
