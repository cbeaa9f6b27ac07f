//! A project in a folder of its own, and the built program run in it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// What must not reach the program from whoever runs the tests.
const FOREIGN: &[&str] = &[
    "DATABASE_URL",
    "PGHOST",
    "PGHOSTADDR",
    "PGPORT",
    "PGDATABASE",
    "PGUSER",
    "PGPASSWORD",
    "PGPASSFILE",
    "PGSERVICE",
    "PGOPTIONS",
    "PGSSLMODE",
    "NO_COLOR",
    "CI",
    "GITHUB_ACTIONS",
];

/// A folder with a project.
pub(crate) struct Project {
    folder: TempDir,
    environment: Vec<(String, String)>,
}

/// How a run ended and what it said.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    /// An empty project, as `schemagen init` makes it.
    pub(crate) fn new() -> Project {
        let project = Project::empty();
        project.run(&["init"]).succeeds();
        project
    }

    /// An empty folder.
    pub(crate) fn empty() -> Project {
        Project { folder: tempfile::tempdir().expect("a folder"), environment: Vec::new() }
    }

    /// The same project with that declared.
    pub(crate) fn declaring(self, sql: &str) -> Project {
        self.write("schema/schema.sql", sql);
        self
    }

    /// The same project with an environment variable.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Project {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A path in it.
    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).expect("a folder");
        fs::write(&path, text).unwrap_or_else(|it| panic!("{}: {it}", path.display()));
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap_or_else(|it| panic!("{path}: {it}"))
    }

    /// Every file by its path, with what it holds.
    pub(crate) fn files(&self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(&folder).expect("a folder").map(|it| it.expect("an entry").path()) {
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(self.folder.path()).expect("inside").display().to_string();
                    found.insert(name, String::from_utf8_lossy(&fs::read(&path).expect("a file")).into_owned());
                }
            }
        }
        found
    }

    /// The program, ready to start.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_schemagen"));
        for it in FOREIGN {
            command.env_remove(it);
        }
        command.current_dir(self.folder.path()).args(arguments).stdin(Stdio::null());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        let output = self.command(arguments).output().expect("the program starts");
        let text = |it: &[u8]| String::from_utf8_lossy(it).into_owned();
        Outcome { status: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// Runs git in it, apart from the settings of whoever runs the tests; it may fail.
    pub(crate) fn try_git(&self, arguments: &[&str]) -> Outcome {
        let who = ["-c", "user.name=Zoë", "-c", "user.email=zoe@example.org", "-c", "init.defaultBranch=main"];
        let mut command = Command::new("git");
        command.current_dir(self.folder.path()).args(who).args(arguments).stdin(Stdio::null());
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_EDITOR", "true");
        let output = command.output().expect("git starts");
        let text = |it: &[u8]| String::from_utf8_lossy(it).into_owned();
        Outcome { status: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// The same, and it must succeed.
    pub(crate) fn git(&self, arguments: &[&str]) -> Outcome {
        self.try_git(arguments).succeeds()
    }

    /// Commits all there is.
    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
    }

    /// Runs it; it must fail with that status, say all of that and write nothing.
    pub(crate) fn refuses(&self, arguments: &[&str], status: i32, words: &[&str]) -> Outcome {
        let before = self.files();
        let outcome = self.run(arguments);
        assert_eq!(outcome.status, Some(status), "{outcome}");
        for it in words {
            assert!(outcome.stderr.contains(it), "no {it:?} in\n{outcome}");
        }
        assert!(!outcome.stderr.contains("panicked") && !outcome.stderr.contains("internal error"), "{outcome}");
        assert_eq!(outcome.stdout, "", "a failure is no result");
        assert_eq!(self.files(), before, "files were written");
        outcome
    }
}

impl Outcome {
    /// Exit status 0.
    pub(crate) fn succeeds(self) -> Outcome {
        assert_eq!(self.status, Some(0), "{self}");
        self
    }

    /// Standard output as JSON, all of it.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|it| panic!("{it} in\n{self}"))
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "status {:?}\n-- stdout\n{}-- stderr\n{}", self.status, self.stdout, self.stderr)
    }
}

/// A folder with a short path that every account may enter.
pub(crate) fn open_folder() -> TempDir {
    let folder = tempfile::Builder::new().prefix("sg-").tempdir_in("/tmp").expect("a folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).expect("permissions");
    folder
}
