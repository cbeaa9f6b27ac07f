//! One server for all tests that run at the same time; it stops with the last of them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex, Weak};

use schemagen::error::Result;
use schemagen::shadow::{Settings, Shadow};
use tokio::runtime::Runtime;

/// The version whose texts the snapshots hold.
pub(crate) const MAJOR: u32 = 17;

/// Connections belong to the runtime that opened them, so all tests share one.
pub(crate) static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime starts"));

/// The server, for one test at a time.
pub(crate) type Server = Arc<tokio::sync::Mutex<Shadow>>;

static RUNNING: Mutex<BTreeMap<u32, Weak<tokio::sync::Mutex<Shadow>>>> = Mutex::new(BTreeMap::new());

/// The running server, or a new one.
pub(crate) fn server() -> Result<Server> {
    server_of(MAJOR)
}

/// The same of another version, where none is named: then it is that one.
pub(crate) fn server_of(major: u32) -> Result<Server> {
    let bin_dir = std::env::var_os("SCHEMAGEN_PG_BIN_DIR").map(PathBuf::from);
    let key = if bin_dir.is_some() { MAJOR } else { major };
    let mut running = RUNNING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(server) = running.get(&key).and_then(Weak::upgrade) {
        return Ok(server);
    }
    let settings = Settings { bin_dir, ..Settings::default() };
    let server = Arc::new(tokio::sync::Mutex::new(RUNTIME.block_on(Shadow::start(&settings, key))?));
    running.insert(key, Arc::downgrade(&server));
    Ok(server)
}
