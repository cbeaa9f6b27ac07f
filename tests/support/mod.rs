//! What the tests share: one throw-away server, and a case run on it.

pub(crate) mod case;
pub(crate) mod server;
