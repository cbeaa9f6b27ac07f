//! Folders that cannot be written to and full disks: an error that says so, and nothing half-written.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::project::{Project, open_folder};

/// A file system of its own in a folder; only root may have one.
struct Mount(PathBuf);

impl Mount {
    #[allow(clippy::print_stdout)] // who reads the tests' output must know that this one did not run
    fn new(folder: &Path, options: &str) -> Option<Mount> {
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder).output();
        if mounted.is_ok_and(|it| it.status.success()) {
            return Some(Mount(folder.to_owned()));
        }
        println!("skipped: no file system can be mounted here ({options})");
        None
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

fn project() -> Project {
    Project::new().declaring("CREATE TABLE a (id int);\n")
}

#[test]
fn something_else_stands_where_a_folder_should() {
    let project = project();
    project.write("migrations/rollbacks", "a file\n");
    project.refuses(&["diff"], 1, &["cannot read the folder migrations/rollbacks: not a directory", "help: "]);
    fs::remove_dir_all(project.at("migrations")).expect("removed");
    project.write("migrations", "a file\n");
    project.refuses(&["diff"], 1, &["cannot read the folder migrations/: not a directory", "help: "]);
}

#[test]
fn a_migrations_folder_that_must_not_be_written_to() {
    let project = project();
    let folder = project.at("migrations");
    let words = if nix_is_root() { "read-only file system" } else { "permission denied" };
    let _mount = if nix_is_root() {
        let Some(mount) = Mount::new(&folder, "ro") else { return };
        Some(mount)
    } else {
        fs::set_permissions(&folder, Permissions::from_mode(0o555)).expect("permissions");
        None
    };
    project.refuses(&["diff"], 1, &["cannot write migrations/", words, "no file was written", "help: "]);
    project.refuses(&["new", "x"], 1, &["cannot write migrations/", words]);
    let _ = fs::set_permissions(&folder, Permissions::from_mode(0o755));
}

#[test]
fn a_full_disk_under_the_migrations() {
    let project = project();
    // One page: the first file fits, the second does not.
    let Some(_mount) = Mount::new(&project.at("migrations"), "size=4k") else { return };
    project.refuses(&["diff"], 1, &["cannot write migrations/", "no space left", "no file was written", "make room"]);
    assert_eq!(fs::read_dir(project.at("migrations")).expect("a folder").count(), 0);
}

#[test]
fn a_full_disk_under_the_shadow() {
    let project = project();
    let folder = open_folder();
    let project = project.with("TMPDIR", &folder.path().display().to_string());
    // Before the server starts, and while it works.
    let tables = (0..600).map(|it| format!("CREATE TABLE t{it} (id bigint PRIMARY KEY, a text UNIQUE);\n"));
    project.write("schema/schema.sql", &tables.collect::<String>());
    for size in ["size=1m,mode=1777", "size=44m,mode=1777"] {
        let Some(_mount) = Mount::new(folder.path(), size) else { return };
        let outcome = project.refuses(&["diff"], 1, &["help: ", "TMPDIR"]);
        assert!(
            outcome.stderr.contains("No space left on device") || outcome.stderr.contains("the shadow server is gone"),
            "{outcome}"
        );
        assert!(outcome.stderr.lines().count() < 15, "one line says it: {outcome}");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0, "{size}: something is left");
    }
}

fn nix_is_root() -> bool {
    nix::unistd::geteuid().is_root()
}
