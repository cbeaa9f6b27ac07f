//! Our own server: in a folder of its own below `/tmp` that only its account can enter, on a unix socket there, without
//! TCP and without durability.
//!
//! It must never outlive us. A shell stands between: it holds the reading end of a pipe of ours, and when that ends,
//! however we end, it stops the server and removes the folder. Should both be killed, the next run finds a folder whose
//! lock nobody holds and cleans up.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::{DirBuilderExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::{Gid, Pid, Uid, User};
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::cache::{Cache, remove};
use super::{SUPERUSER, Settings, Stop, binaries, cluster};
use crate::database::Database;
use crate::error::{Error, Result};

/// Starts the server given as arguments, with the run folder as `$0`; stops it when standard input ends.
const KEEPER: &str = r#"
exec 3<&0
"$@" 3<&- </dev/null >"$0/log" 2>&1 &
server=$!
{ read -r _ <&3; kill -QUIT $server; } >/dev/null 2>&1 &
wait $server
: >"$0/ended"
read -r _ <&3
rm -rf "$0"
"#;

/// What the server is started with. Nothing it holds is to be kept: no write waits for the disk.
const CONFIGURATION: &[&str] = &[
    "listen_addresses=",
    "port=5432",
    "unix_socket_permissions=0700",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "jit=off",
    "max_wal_size=8GB",
    "checkpoint_timeout=1h",
    "shared_buffers=256MB",
    "bgwriter_lru_maxpages=0",
    "max_connections=20",
    "max_locks_per_transaction=4096",
    "max_worker_processes=0",
    "max_parallel_workers=0",
    "max_logical_replication_workers=0",
    "max_wal_senders=0",
    "max_replication_slots=0",
    "wal_level=logical", // less makes every CREATE PUBLICATION warn
    "timezone=UTC",
    "log_timezone=UTC",
    "logging_collector=off",
];

/// A server in its folder.
#[derive(Debug)]
pub(super) struct Server {
    run: Run,
}

impl Server {
    /// Starts a server of that major version, as far as the process: [`Server::wait`] waits until it answers.
    pub(super) fn start(settings: &Settings, major: u32, stop: &Stop) -> Result<Server> {
        let cache = Cache::open(settings)?;
        let binaries = binaries::find(settings, major, &cache, stop)?;
        stop.check()?;
        let account = Account::find()?;
        let prepared = cluster::prepared(&binaries, &cache, &account)?;
        let base = base();
        sweep(&base);
        let mut run = Run::new(&base, account)?;
        cluster::copy(&prepared, &run.folder.join("data"), &run.account)?;
        stop.check()?;
        run.spawn(&binaries.folder.join("postgres"))?;
        Ok(Server { run })
    }

    /// How to connect to it.
    pub(super) fn options(&self) -> PgConnectOptions {
        let options = PgConnectOptions::new_without_pgpass().socket(&self.run.folder).port(5432);
        options.username(SUPERUSER).database("postgres").ssl_mode(PgSslMode::Disable)
    }

    /// Connects as soon as it answers.
    pub(super) async fn wait(&self, options: &PgConnectOptions) -> Result<Database> {
        let deadline = Instant::now() + Duration::from_secs(120);
        let socket = self.run.folder.join(".s.PGSQL.5432");
        loop {
            let ended = self.run.folder.join("ended").exists() || Instant::now() > deadline;
            if socket.exists() {
                match Database::connect(options).await {
                    Ok(database) => return Ok(database),
                    // 57P03: it is still starting
                    Err(error) if error.sqlstate.as_deref().is_none_or(|it| it == "57P03") && !ended => {}
                    Err(error) => return Err(error.within("cannot connect to the shadow server")),
                }
            }
            if ended {
                let log = fs::read_to_string(self.run.folder.join("log")).unwrap_or_default();
                let lines: Vec<&str> = log.lines().rev().take(10).collect();
                let lines: Vec<&str> = lines.into_iter().rev().collect();
                let help = "name other binaries with [shadow] bin_dir, or a server with [shadow] url";
                return Err(Error::new("the shadow server does not start").note(lines.join("\n")).help(help));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// A new folder for the server's own use.
    pub(super) fn folder(&self, name: &str) -> Result<String> {
        let folder = self.run.folder.join(name);
        fs::DirBuilder::new().mode(0o700).create(&folder)?;
        self.run.account.own(&folder)?;
        Ok(folder.display().to_string())
    }

    /// Stops the server and removes its folder.
    pub(super) fn stop(mut self) -> Result<()> {
        self.run.end()
    }
}

/// The folder of a run. When it is dropped, the server stops and the folder goes.
#[derive(Debug)]
struct Run {
    folder: PathBuf,
    account: Account,
    /// Held while we live: see [`sweep`].
    _lock: File,
    keeper: Option<Child>,
}

impl Run {
    fn new(base: &Path, account: Account) -> Result<Run> {
        let folder = tempfile::Builder::new().prefix("schemagen-").tempdir_in(base)?.keep();
        let file = folder.join("lock");
        let open = || -> std::io::Result<File> {
            let lock = File::create(&file)?;
            lock.lock()?;
            chown(&folder, account.uid(), account.gid())?;
            Ok(lock)
        };
        match open() {
            Ok(lock) => Ok(Run { folder, account, _lock: lock, keeper: None }),
            Err(error) => {
                remove(&folder)?;
                Err(Error::from(error).within("cannot prepare the shadow's folder"))
            }
        }
    }

    fn spawn(&mut self, postgres: &Path) -> Result<()> {
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(KEEPER).arg(&self.folder).arg(postgres);
        command.arg("-D").arg(self.folder.join("data")).arg("-k").arg(&self.folder);
        for it in CONFIGURATION {
            command.arg("-c").arg(it);
        }
        // in a process group of its own, Ctrl-C at the terminal does not reach it
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        let child =
            self.account.run(&mut command).spawn().map_err(|it| Error::from(it).within("cannot start the shadow server"))?;
        self.keeper = Some(child);
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take()); // this tells it to stop the server
            let deadline = Instant::now() + Duration::from_secs(10);
            while keeper.try_wait()?.is_none() {
                if Instant::now() > deadline {
                    kill_postmaster(&self.folder, Signal::SIGKILL);
                    let group = Pid::from_raw(i32::try_from(keeper.id()).unwrap_or(i32::MAX));
                    let _gone = killpg(group, Signal::SIGKILL); // a process that is gone already is what is wanted
                    keeper.wait()?;
                    break;
                }
                std::thread::sleep(Duration::from_millis(2));
            }
        }
        remove(&self.folder)
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            tracing::warn!("the shadow server could not be removed: {}", error.message);
        }
    }
}

/// The user the server runs as: PostgreSQL refuses root.
#[derive(Debug, Clone)]
pub(super) struct Account {
    /// Nothing: as we are.
    other: Option<(Uid, Gid)>,
}

impl Account {
    fn find() -> Result<Account> {
        if !Uid::effective().is_root() {
            return Ok(Account { other: None });
        }
        let find = |name: &str| User::from_name(name).ok().flatten().filter(|it| !it.uid.is_root());
        let user = find("postgres").or_else(|| find("nobody")).ok_or_else(|| {
            Error::new("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as")
                .help("run as another user, or name a server with [shadow] url")
        })?;
        Ok(Account { other: Some((user.uid, user.gid)) })
    }

    pub(super) fn number(&self) -> u32 {
        self.uid().unwrap_or_else(|| Uid::effective().as_raw())
    }

    fn uid(&self) -> Option<u32> {
        self.other.map(|it| it.0.as_raw())
    }

    fn gid(&self) -> Option<u32> {
        self.other.map(|it| it.1.as_raw())
    }

    /// Makes a file or folder the account's.
    pub(super) fn own(&self, path: &Path) -> Result<()> {
        if self.other.is_some() {
            chown(path, self.uid(), self.gid())?;
        }
        Ok(())
    }

    /// Lets a command run as the account, free of the user's settings for PostgreSQL.
    pub(super) fn run<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        if let Some((user, group)) = self.other {
            command.uid(user.as_raw()).gid(group.as_raw());
        }
        for (name, _) in std::env::vars_os().filter(|it| it.0.to_string_lossy().starts_with("PG")) {
            command.env_remove(name);
        }
        command.current_dir("/").env("LC_ALL", "C")
    }
}

/// Where run folders are made: the path of a socket must not be longer than 103 bytes, and the server's account must be
/// able to go there.
fn base() -> PathBuf {
    let own = std::env::temp_dir();
    let is_fit = own.as_os_str().len() <= 60 && !Uid::effective().is_root();
    if is_fit { own } else { PathBuf::from("/tmp") }
}

/// Removes what runs left behind that were killed together with their keeper: folders whose lock nobody holds.
fn sweep(base: &Path) {
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let folder = entry.path();
        let is_run = entry.file_name().to_string_lossy().starts_with("schemagen-");
        let Some(lock) = File::open(folder.join("lock")).ok().filter(|_| is_run) else { continue };
        if lock.try_lock().is_err() || !is_old(&lock) {
            continue;
        }
        kill_postmaster(&folder, Signal::SIGQUIT);
        if remove(&folder).is_err() {
            tracing::debug!("cannot remove {}", folder.display());
        }
    }
}

/// A run makes its lock and holds it a moment later.
fn is_old(lock: &File) -> bool {
    let made = lock.metadata().and_then(|it| it.modified()).ok();
    made.and_then(|it| it.elapsed().ok()).is_some_and(|it| it > Duration::from_secs(2))
}

/// Signals the server of a run folder, if the process of that number is still one of that folder.
fn kill_postmaster(folder: &Path, signal: Signal) {
    let first_line = fs::read_to_string(folder.join("data/postmaster.pid")).ok();
    let Some(pid) = first_line.and_then(|it| it.lines().next()?.trim().parse::<i32>().ok()) else { return };
    let mut command = Vec::new();
    let read = File::open(format!("/proc/{pid}/cmdline")).and_then(|mut it| it.read_to_end(&mut command));
    if read.is_err() {
        let output = Command::new("ps").args(["-o", "command=", "-p", &pid.to_string()]).output();
        command = output.map(|it| it.stdout).unwrap_or_default();
    }
    if String::from_utf8_lossy(&command).contains(&*folder.to_string_lossy()) {
        let _gone = kill(Pid::from_raw(pid), signal); // a process that is gone already is what is wanted
        let deadline = Instant::now() + Duration::from_secs(5);
        while kill(Pid::from_raw(pid), None).is_ok() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}
