//! schemagen
fn main(){}
