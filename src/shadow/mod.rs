//! x
pub const STUB: &str = "x";
