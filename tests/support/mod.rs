//! What the tests share: one throw-away server, and a case run on it.

pub mod case;
pub mod server;
