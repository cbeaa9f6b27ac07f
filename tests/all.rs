//! All integration tests, one binary: linking once is what takes the time.

mod tidy;
