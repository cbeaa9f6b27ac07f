//! An embedded server: a copy of a prepared data directory, started on a unix socket in a folder of its own.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User, geteuid};
use sha2::{Digest, Sha256};
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::binaries::Binaries;
use super::{SUPERUSER, Settings};
use crate::database::Database;
use crate::error::{Error, Result};

/// What makes it fast, and safe to throw away.
const SERVER_SETTINGS: &[&str] = &[
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "jit=off",
    "wal_level=logical",
    "max_connections=20",
    "max_locks_per_transaction=2000",
    "shared_buffers=128MB",
    "max_wal_size=8GB",
    "checkpoint_timeout=1h",
    "bgwriter_lru_maxpages=0",
    "log_min_messages=error",
    "log_statement=none",
    "max_wal_senders=0",
    "max_logical_replication_workers=0",
];

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// The prefix of run folders; a folder whose lock nobody holds was left by a killed run.
const RUN: &str = "schemagen-run-";

/// A running server and its folder; both go with it.
#[derive(Debug)]
pub(super) struct Cluster {
    server: Child,
    folder: PathBuf,
    /// The folder of the prepared data directory.
    pub(super) home: PathBuf,
    _lock: File,
}

impl Cluster {
    /// Starts one from the prepared data directory of these binaries, which is made when it is not there.
    pub(super) async fn start(binaries: &Binaries, settings: &Settings) -> Result<Cluster> {
        clear_leftovers();
        let account = Account::find()?;
        let prepared = prepare(binaries, settings, &account)?;
        let folder = tempfile::Builder::new().prefix(RUN).tempdir_in(run_root())?.keep();
        let lock = locked(&folder.join("lock")).inspect_err(|_| remove(&folder))?;
        let started = spawn(binaries, &account, &prepared, &folder);
        let server = started.inspect_err(|_| remove(&folder))?;
        let home = prepared.parent().map(Path::to_owned).unwrap_or_default();
        let mut cluster = Cluster { server, folder, home, _lock: lock };
        cluster.wait().await?;
        Ok(cluster)
    }

    /// Connects to one of its databases.
    pub(super) async fn connect(&self, database: &str) -> Result<Database> {
        let options = PgConnectOptions::new_without_pgpass()
            .socket(&self.folder)
            .port(5432)
            .ssl_mode(PgSslMode::Disable)
            .username(SUPERUSER)
            .database(database);
        Database::connect(&options.disable_statement_logging()).await
    }

    async fn wait(&mut self) -> Result<()> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if self.folder.join(".s.PGSQL.5432").exists() && self.connect("postgres").await.is_ok() {
                return Ok(());
            }
            if self.server.try_wait()?.is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        Err(Error::new("the shadow server did not start").note(log.trim().to_owned()))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let process = Pid::from_raw(i32::try_from(self.server.id()).unwrap_or(0));
        let _ = kill(process, Signal::SIGQUIT);
        let asked = Instant::now();
        while asked.elapsed() < Duration::from_secs(5) && matches!(self.server.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(2));
        }
        let _ = self.server.kill();
        let _ = self.server.wait();
        remove(&self.folder);
    }
}

fn remove(folder: &Path) {
    if let Err(error) = fs::remove_dir_all(folder) {
        tracing::warn!("{} is left behind: {error}", folder.display());
    }
}

/// The account that the server runs as: PostgreSQL refuses root.
struct Account {
    other: Option<User>,
}

impl Account {
    fn find() -> Result<Account> {
        if !geteuid().is_root() {
            return Ok(Account { other: None });
        }
        let found = ["postgres", "nobody"].iter().find_map(|it| User::from_name(it).ok().flatten());
        let other = found.ok_or_else(|| {
            Error::new("PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody")
                .help("create one: useradd --system postgres")
        })?;
        Ok(Account { other: Some(other) })
    }

    /// A command that runs as this account, in a process group of its own so that Ctrl-C reaches us first.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .stdin(Stdio::null())
            .process_group(0)
            .env_remove("PGDATA")
            .env_remove("PGOPTIONS")
            .env("LC_ALL", "C")
            .env("TZ", "UTC");
        if let Some(user) = &self.other {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        command
    }

    /// Hands a folder over to it.
    fn own(&self, folder: &Path) -> Result<()> {
        if let Some(user) = &self.other {
            chown(folder, Some(user.uid.as_raw()), Some(user.gid.as_raw()))?;
        }
        Ok(())
    }
}

/// The cache that was named, or the machine's usual place; root's home is closed to the server's account.
pub(super) fn cache(settings: &Settings) -> Result<PathBuf> {
    if let Some(cache) = &settings.cache {
        return Ok(std::path::absolute(cache)?);
    }
    if geteuid().is_root() {
        return Ok(PathBuf::from("/var/cache/schemagen"));
    }
    let home = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    home.map(|it| it.join("schemagen"))
        .ok_or_else(|| Error::new("there is no place for a cache: HOME is not set").help("name one with SCHEMAGEN_CACHE_DIR"))
}

/// Where run folders are: in memory where there is plenty of it. Sockets have short paths (107 bytes on Linux): a deep TMPDIR
/// would not do.
#[allow(clippy::useless_conversion)] // these are u32 on macOS
fn run_root() -> PathBuf {
    const PLENTY: u64 = 6 << 30;
    let memory = Path::new("/dev/shm");
    let room =
        nix::sys::statvfs::statvfs(memory).map_or(0, |it| u64::from(it.blocks_available()) * u64::from(it.fragment_size()));
    if std::env::var_os("TMPDIR").is_none() && room > PLENTY {
        return memory.to_owned();
    }
    let named = std::env::temp_dir();
    if named.as_os_str().len() < 60 { named } else { PathBuf::from("/tmp") }
}

/// Opens a file and waits until nobody else holds it; it is held until the value is dropped.
pub(super) fn locked(path: &Path) -> Result<File> {
    let file = File::options().create(true).truncate(false).write(true).open(path);
    let file = file.map_err(|it| {
        Error::new(format!("{}: {it}", path.display())).help("name a cache you can write to with SCHEMAGEN_CACHE_DIR")
    })?;
    file.lock()?;
    Ok(file)
}

/// The data directory made once for these binaries; copying it takes a tenth of the time of making one.
fn prepare(binaries: &Binaries, settings: &Settings, account: &Account) -> Result<PathBuf> {
    let clusters = cache(settings)?.join("clusters");
    fs::create_dir_all(&clusters).map_err(|it| {
        Error::new(format!("{}: {it}", clusters.display())).help("name a cache you can write to with SCHEMAGEN_CACHE_DIR")
    })?;
    let owner = account.other.as_ref().map_or(String::new(), |it| it.name.clone());
    let identity = format!("{} {} {owner}", binaries.folder.display(), binaries.version);
    let hash: String = Sha256::digest(identity.as_bytes()).iter().take(6).map(|it| format!("{it:02x}")).collect();
    let home = clusters.join(format!("{}-{hash}", binaries.major));
    let data = home.join("data");
    let _alone = locked(&clusters.join(format!("{}-{hash}.lock", binaries.major)))?;
    if data.join("schemagen_ready").exists() {
        return Ok(data);
    }
    let _ = fs::remove_dir_all(&home);
    fs::create_dir_all(&home)?;
    account.own(&home)?;
    let output = account
        .command(&binaries.folder.join("initdb"))
        .args([
            "--no-sync",
            "--wal-segsize=1",
            "--no-instructions",
            "--encoding=UTF8",
            "--locale=C",
            "--auth=trust",
            "--username",
            SUPERUSER,
            "--pgdata",
        ])
        .arg(&data)
        .current_dir("/")
        .output()?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Error::new(format!("initdb of {} failed", binaries.folder.display())).note(text));
    }
    File::create(data.join("schemagen_ready"))?;
    Ok(data)
}

fn spawn(binaries: &Binaries, account: &Account, prepared: &Path, folder: &Path) -> Result<Child> {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    account.own(folder)?;
    let data = folder.join("data");
    let copied = account.command(Path::new("cp")).arg("-Rp").arg(prepared).arg(&data).current_dir("/").output()?;
    if !copied.status.success() {
        let text = String::from_utf8_lossy(&copied.stderr);
        // A full disk is told once per file.
        return Err(Error::new(format!("no data directory could be made in {}", folder.display()))
            .note(text.lines().next().unwrap_or_default())
            .help("is the disk full? set TMPDIR to a roomier place"));
    }
    let log = File::create(folder.join("log"))?;
    let mut command = account.command(&binaries.folder.join("postgres"));
    command.arg("-D").arg(&data).arg("-k").arg(folder).args(["-p", "5432"]).current_dir("/");
    for setting in SERVER_SETTINGS {
        command.args(["-c", setting]);
    }
    Ok(command.stdout(log.try_clone()?).stderr(log).spawn()?)
}

/// Stops servers and removes folders of runs that were killed: those whose lock can be had.
fn clear_leftovers() {
    let Ok(entries) = fs::read_dir(run_root()) else { return };
    for folder in entries.filter_map(|it| it.ok().map(|it| it.path())) {
        if !folder.file_name().and_then(|it| it.to_str()).is_some_and(|it| it.starts_with(RUN)) {
            continue;
        }
        let lock = File::options().write(true).open(folder.join("lock"));
        let lock = match lock.and_then(|it| it.try_lock().map(|()| it).map_err(io::Error::from)) {
            Ok(it) => Some(it),
            // Killed before it had its lock, unless it is just about to have it.
            Err(error) if error.kind() == io::ErrorKind::NotFound && is_old(&folder) => None,
            Err(_) => continue,
        };
        if let Some(process) = postmaster(&folder) {
            let _ = kill(process, Signal::SIGQUIT);
            std::thread::sleep(Duration::from_millis(300));
            let _ = kill(process, Signal::SIGKILL);
        }
        remove(&folder);
        drop(lock);
    }
}

/// Whether nothing was put into a folder for a minute.
fn is_old(folder: &Path) -> bool {
    let changed = fs::metadata(folder).and_then(|it| it.modified()).ok();
    changed.and_then(|it| it.elapsed().ok()).is_some_and(|it| it > Duration::from_secs(60))
}

/// The server of a run folder, when the process of that number still works in that folder.
fn postmaster(folder: &Path) -> Option<Pid> {
    let data = folder.join("data");
    let text = fs::read_to_string(data.join("postmaster.pid")).ok()?;
    let number: i32 = text.lines().next()?.trim().parse().ok()?;
    let command = Command::new("ps").args(["-o", "args=", "-p", &number.to_string()]).output().ok()?;
    String::from_utf8_lossy(&command.stdout).contains(&*data.to_string_lossy()).then(|| Pid::from_raw(number))
}
