//! The shadow leaves nothing behind, however the run ends: no process and no folder.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::support::project::{Project, open_folder};

/// A project whose shadow lives in a folder of its own.
fn project(sql: &str) -> (Project, TempDir) {
    let folder = open_folder();
    let project = Project::new().declaring(sql).with("TMPDIR", &folder.path().display().to_string());
    (project, folder)
}

/// Enough that a diff is still at work when it is interrupted.
fn large() -> String {
    (0..600)
        .map(|it| {
            format!(
                "CREATE TABLE t{it} (id bigint PRIMARY KEY, a text NOT NULL, b int CHECK (b > {it}));\nCREATE INDEX ON t{it} (a);\n"
            )
        })
        .collect()
}

/// The folders of running or left shadows.
fn folders(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|it| it.expect("an entry").file_name());
    entries.map(|it| it.to_string_lossy().into_owned()).collect()
}

/// The processes that name a folder, ourselves aside.
fn processes(folder: &Path) -> Vec<String> {
    let output = Command::new("ps").args(["-A", "-o", "args="]).output().expect("ps runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().filter(|it| it.contains(&*folder.to_string_lossy())).map(str::to_owned).collect()
}

fn assert_clean(folder: &Path) {
    assert_eq!(processes(folder), Vec::<String>::new());
    assert_eq!(folders(folder), Vec::<String>::new());
}

/// Waits for what must come soon.
fn wait(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(30), "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Starts a diff and waits until its server is at work.
fn start(project: &Project, folder: &Path) -> Child {
    let mut command = project.command(&["diff"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    wait("a server", || {
        assert!(child.try_wait().expect("a child").is_none(), "it ended before its server was seen");
        processes(folder).iter().any(|it| it.contains("schemagen_shadow"))
    });
    child
}

fn send(child: &Child, signal: Signal) {
    kill(Pid::from_raw(i32::try_from(child.id()).expect("a pid")), signal).expect("sent");
}

#[test]
fn nothing_is_left_after_success_and_after_errors() {
    let (project, folder) = project("CREATE TABLE a (id int);\n");
    project.run(&["diff"]).succeeds();
    assert_clean(folder.path());
    project.write("schema/schema.sql", "CREATE TABLE a (id int);\nCREATE VIEW v AS SELECT x FROM a;\n");
    project.refuses(&["diff"], 1, &["column \"x\" does not exist"]);
    assert_clean(folder.path());
    project.write("schema/schema.sql", "CREATE TABLE b (id int);\n");
    project.refuses(&["diff"], 3, &["--on-drop drop"]);
    assert_clean(folder.path());
}

#[test]
fn nothing_is_left_after_an_interruption() {
    for (signal, word) in [(Signal::SIGINT, "error: interrupted"), (Signal::SIGTERM, "error: terminated")] {
        let (project, folder) = project(&large());
        let before = project.files();
        let child = start(&project, folder.path());
        send(&child, signal);
        let output = child.wait_with_output().expect("it ends");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{signal}: {stderr}");
        assert!(stderr.contains(word), "{signal}: {stderr}");
        assert!(output.stdout.is_empty());
        assert_clean(folder.path());
        assert_eq!(project.files(), before, "{signal}: files were written");
    }
}

#[test]
fn the_next_run_clears_what_a_killed_one_left_and_leaves_running_ones_alone() {
    let (project, folder) = project(&large());
    let mut child = start(&project, folder.path());
    let running = folders(folder.path());
    let small = Project::new().declaring("CREATE TABLE a (id int);\n").with("TMPDIR", &folder.path().display().to_string());
    small.run(&["diff"]).succeeds();
    assert!(child.try_wait().expect("a child").is_none(), "the schema is too small for this test");
    assert_eq!(folders(folder.path()), running, "another run's shadow is not ours to clear");
    send(&child, Signal::SIGKILL);
    child.wait().expect("it ends");
    assert_eq!(folders(folder.path()), running, "a killed run cannot clean up");
    assert_ne!(processes(folder.path()), Vec::<String>::new());
    // What is not a shadow's folder is not touched, a file called lock in it neither.
    fs::create_dir(folder.path().join("mine")).expect("made");
    fs::write(folder.path().join("mine/lock"), "").expect("written");
    small.run(&["diff"]).succeeds();
    assert_eq!(folders(folder.path()), ["mine"]);
    wait("the server's end", || processes(folder.path()).is_empty());
}
