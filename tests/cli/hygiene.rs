//! The shadow leaves nothing behind, however the run ends: no process and no folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

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

/// The numbers of the server in a folder and of its children.
fn processes(folder: &Path) -> BTreeSet<u32> {
    let all = listed();
    let servers: BTreeSet<u32> = all.iter().filter(|it| it.2.contains(&*folder.to_string_lossy())).map(|it| it.0).collect();
    all.iter().filter(|it| servers.contains(&it.0) || servers.contains(&it.1)).map(|it| it.0).collect()
}

/// Number, parent and command line of every process.
fn listed() -> Vec<(u32, u32, String)> {
    let output = Command::new("ps").args(["-A", "-o", "pid=,ppid=,args="]).output().expect("ps runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let process = |line: &str| {
        let mut words = line.split_whitespace();
        let (number, parent) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        Some((number, parent, words.collect::<Vec<_>>().join(" ")))
    };
    text.lines().filter_map(process).collect()
}

/// Neither a file nor a process is left, of those that were seen neither.
fn assert_clean(folder: &Path, seen: &BTreeSet<u32>) {
    assert_eq!(processes(folder), BTreeSet::new());
    let left = listed().into_iter().filter(|it| seen.contains(&it.0) && it.2.contains("postgres"));
    assert_eq!(left.collect::<Vec<_>>(), []);
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

/// Starts a diff and waits until its server is at work: more than one of its children is, and one of them for us.
fn start(project: &Project, folder: &Path) -> (Child, BTreeSet<u32>) {
    let mut command = project.command(&["diff"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let mut seen = BTreeSet::new();
    wait("a server at work", || {
        assert!(child.try_wait().expect("a child").is_none(), "it ended before its server was seen");
        seen = processes(folder);
        listed().iter().any(|it| seen.contains(&it.0) && it.2.contains("schemagen_shadow"))
    });
    (child, seen)
}

fn send(child: &Child, signal: Signal) {
    kill(Pid::from_raw(i32::try_from(child.id()).expect("a pid")), signal).expect("sent");
}

#[test]
fn nothing_is_left_after_success_and_after_errors() {
    let (project, folder) = project("CREATE TABLE a (id int);\n");
    let none = BTreeSet::new();
    project.run(&["diff"]).succeeds();
    assert_clean(folder.path(), &none);
    project.write("schema/schema.sql", "CREATE TABLE a (id int);\nCREATE VIEW v AS SELECT x FROM a;\n");
    project.refuses(&["diff"], 1, &["column \"x\" does not exist"]);
    assert_clean(folder.path(), &none);
    project.write("schema/schema.sql", "CREATE TABLE b (id int);\n");
    project.refuses(&["diff", "--rename", "x=y"], 1, &["--rename x=y"]);
    assert_clean(folder.path(), &none);
}

#[test]
fn nothing_is_left_after_an_interruption() {
    for (signal, word) in [(Signal::SIGINT, "error: interrupted"), (Signal::SIGTERM, "error: terminated")] {
        let (project, folder) = project(&large());
        let before = project.files();
        let (child, seen) = start(&project, folder.path());
        send(&child, signal);
        let output = child.wait_with_output().expect("it ends");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{signal}: {stderr}");
        assert!(stderr.contains(word), "{signal}: {stderr}");
        assert!(output.stdout.is_empty());
        assert_clean(folder.path(), &seen);
        assert_eq!(project.files(), before, "{signal}: files were written");
    }
}

#[test]
fn the_next_run_clears_what_a_killed_one_left_and_leaves_running_ones_alone() {
    let (project, folder) = project(&large());
    let (mut child, seen) = start(&project, folder.path());
    let running = folders(folder.path());
    let small = Project::new().declaring("CREATE TABLE a (id int);\n").with("TMPDIR", &folder.path().display().to_string());
    small.run(&["diff"]).succeeds();
    assert!(child.try_wait().expect("a child").is_none(), "the schema is too small for this test");
    assert_eq!(folders(folder.path()), running, "another run's shadow is not ours to clear");
    send(&child, Signal::SIGKILL);
    child.wait().expect("it ends");
    assert_eq!(folders(folder.path()), running, "a killed run cannot clean up");
    assert_ne!(processes(folder.path()), BTreeSet::new(), "its server goes on");
    // What is not a shadow's folder is not touched, a file called lock in it neither.
    fs::create_dir(folder.path().join("mine")).expect("made");
    fs::write(folder.path().join("mine/lock"), "").expect("written");
    // One that was killed before it had its lock, and one that is about to have it.
    for it in ["schemagen-run-before", "schemagen-run-now"] {
        fs::create_dir(folder.path().join(it)).expect("made");
    }
    let old = SystemTime::now() - Duration::from_secs(120);
    let before = fs::File::open(folder.path().join("schemagen-run-before")).expect("opened");
    before.set_modified(old).expect("the time is set");
    small.run(&["diff", "--dry-run", "--on-drop", "drop"]).succeeds();
    let left: BTreeSet<String> = folders(folder.path()).into_iter().collect();
    assert_eq!(left.iter().map(String::as_str).collect::<Vec<_>>(), ["mine", "schemagen-run-now"]);
    wait("the server's end", || listed().iter().all(|it| !seen.contains(&it.0) || !it.2.contains("postgres")));
}
