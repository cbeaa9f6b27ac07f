//! One server of each version for a test; it stops with the test.
//!
//! Tests that run at the same time have servers of their own: what one of them waits for holds up none of the others.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Weak};

use schemagen::error::Result;
use schemagen::shadow::{Settings, Shadow};
use tokio::runtime::Runtime;

/// The version whose texts the snapshots hold.
pub(crate) const MAJOR: u32 = 17;

/// Connections belong to the runtime that opened them, so all tests share one.
pub(crate) static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime starts"));

/// The server, for one user at a time.
pub(crate) type Server = Arc<tokio::sync::Mutex<Shadow>>;

thread_local! {
    /// A test has a thread of its own.
    static RUNNING: RefCell<BTreeMap<u32, Weak<tokio::sync::Mutex<Shadow>>>> = const { RefCell::new(BTreeMap::new()) };
}

/// The running server, or a new one.
pub(crate) fn server() -> Result<Server> {
    server_of(MAJOR)
}

/// The same of another version, where none is named: then it is that one.
pub(crate) fn server_of(major: u32) -> Result<Server> {
    let bin_dir = std::env::var_os("SCHEMAGEN_PG_BIN_DIR").map(PathBuf::from);
    let key = if bin_dir.is_some() { MAJOR } else { major };
    if let Some(server) = RUNNING.with_borrow(|it| it.get(&key).and_then(Weak::upgrade)) {
        return Ok(server);
    }
    let settings = Settings { bin_dir, ..Settings::default() };
    let server = Arc::new(tokio::sync::Mutex::new(RUNTIME.block_on(Shadow::start(&settings, key))?));
    RUNNING.with_borrow_mut(|it| it.insert(key, Arc::downgrade(&server)));
    Ok(server)
}
