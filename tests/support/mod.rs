//! What the tests share: one throw-away server, a case run on it, a live database on it, and a project in a folder.

pub(crate) mod case;
pub(crate) mod live;
pub(crate) mod project;
pub(crate) mod server;
