//! schemagen
fn main() {}
