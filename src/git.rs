//! What git knows of the migrations folder: the files of a commit, and of a merge that is not settled. Asked of the program `git`.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::error::{Error, Result};
use crate::migrations::folder::is_ours;
use crate::script;

/// Branches that others branch off, the likeliest first.
const TRUNKS: &[&str] = &["refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master", "main", "master"];

/// How many commits are searched for an earlier text of a file.
const DEPTH: &str = "--max-count=50";

/// The working tree that a folder is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    root: PathBuf,
    /// The folder below the root, as git writes it: empty, or with a slash at its end.
    prefix: String,
}

/// A commit by the name that the user gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// As it was given.
    pub name: String,
    hash: String,
}

impl Repository {
    /// The repository of a folder, which need not exist.
    pub fn of(folder: &Path) -> Result<Repository> {
        let folder = std::path::absolute(folder)?;
        let there = folder.ancestors().find(|it| it.is_dir()).unwrap_or(&folder);
        let output = git(there, &["rev-parse", "--show-toplevel", "--show-prefix"], b"")?;
        if !output.status.success() {
            let error = Error::new(format!("{} is in no git repository", folder.display())).note(said(&output));
            return Err(error.help("without git there is no other branch to compare with: leave --base out"));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let (root, prefix) = text.trim_end_matches('\n').split_once('\n').unwrap_or((text.trim_end(), ""));
        let below = folder.strip_prefix(there).unwrap_or(Path::new("")).display().to_string();
        let prefix = if below.is_empty() { prefix.to_owned() } else { format!("{prefix}{below}/") };
        Ok(Repository { root: PathBuf::from(root), prefix })
    }

    /// The commit of that name.
    pub fn commit(&self, name: &str) -> Result<Commit> {
        let output = self.git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{name}^{{commit}}")], b"")?;
        if !output.status.success() {
            let error = Error::new(format!("git knows no commit {name}"));
            return Err(error.help("name a branch, a tag or a commit; in CI, fetch it first: git fetch origin main"));
        }
        Ok(Commit { name: name.to_owned(), hash: String::from_utf8_lossy(&output.stdout).trim().to_owned() })
    }

    /// The branch that others branch off, where none is named.
    pub fn trunk(&self) -> Result<Commit> {
        let found = TRUNKS.iter().find_map(|it| self.commit(it).ok());
        let shown =
            |it: Commit| Commit { name: it.name.trim_start_matches("refs/remotes/").trim_end_matches("/HEAD").to_owned(), ..it };
        found
            .map(shown)
            .ok_or_else(|| Error::new("there is no branch main or master to compare with").help("name one with --base"))
    }

    /// Where the working tree's branch left that commit's.
    pub fn fork(&self, base: &Commit) -> Result<Commit> {
        let output = self.git(&["merge-base", &base.hash, "HEAD"], b"")?;
        if !output.status.success() {
            let error = Error::new(format!("git finds no common ancestor of {} and HEAD", base.name));
            return Err(error.help("in CI, fetch the whole history: fetch-depth: 0, or git fetch --unshallow"));
        }
        let hash = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok(Commit { name: format!("the fork from {}", base.name), hash })
    }

    /// The migrations folder at a commit, as texts by their paths below it.
    pub fn files(&self, commit: &Commit) -> Result<BTreeMap<String, String>> {
        let prefix = if self.prefix.is_empty() { "." } else { self.prefix.as_str() };
        let listed = self.output(&["ls-tree", "-r", "-z", "--name-only", "--full-tree", &commit.hash, prefix])?;
        let paths = listed.split('\0').filter_map(|it| it.strip_prefix(&self.prefix)).filter(|it| is_ours(it));
        let paths: Vec<&str> = paths.collect();
        let names: Vec<String> = paths.iter().map(|it| format!("{}:{}{it}", commit.hash, self.prefix)).collect();
        let texts = self.texts(&names)?;
        Ok(paths.into_iter().map(str::to_owned).zip(texts).filter_map(|(path, text)| Some((path, text?))).collect())
    }

    /// Texts that a file had on any side of a merge that is not settled, and in earlier commits of any branch.
    pub fn earlier(&self, path: &str) -> Result<Vec<String>> {
        let whole = format!("{}{path}", self.prefix);
        let commits = self.output(&["rev-list", "--all", DEPTH, "--", &whole])?;
        let sides = [":2:", ":3:", "HEAD:"].map(|it| format!("{it}{whole}"));
        let names: Vec<String> = sides.into_iter().chain(commits.lines().map(|it| format!("{it}:{whole}"))).collect();
        Ok(self.texts(&names)?.into_iter().flatten().collect())
    }

    /// The texts of objects by name; none for those that are not there.
    fn texts(&self, names: &[String]) -> Result<Vec<Option<String>>> {
        let output = self.git(&["cat-file", "--batch"], format!("{}\n", names.join("\n")).as_bytes())?;
        let mut rest = output.stdout.as_slice();
        let mut texts = Vec::new();
        for _ in names {
            let end = rest.iter().position(|it| *it == b'\n').unwrap_or(rest.len());
            let head = String::from_utf8_lossy(&rest[..end]).into_owned();
            rest = rest.get(end + 1..).unwrap_or_default();
            let size = head.rsplit_once(' ').filter(|_| head.contains(" blob ")).and_then(|it| it.1.parse::<usize>().ok());
            texts.push(size.and_then(|it| rest.get(..it)).map(|it| script::normalized(&String::from_utf8_lossy(it))));
            rest = size.and_then(|it| rest.get(it + 1..)).unwrap_or(rest);
        }
        Ok(texts)
    }

    fn output(&self, arguments: &[&str]) -> Result<String> {
        let output = self.git(arguments, b"")?;
        if !output.status.success() {
            return Err(Error::new(format!("git {} failed", arguments.first().unwrap_or(&""))).note(said(&output)));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn git(&self, arguments: &[&str], input: &[u8]) -> Result<Output> {
        git(&self.root, arguments, input)
    }
}

/// Runs it with that on its standard input, which it may read while it writes.
fn git(folder: &Path, arguments: &[&str], input: &[u8]) -> Result<Output> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|it| Error::from(it).within("git cannot be started").help("install git"))?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let read = std::thread::scope(|scope| {
        scope.spawn(|| stdin.map(|mut it| it.write_all(input)));
        let mut bytes = Vec::new();
        stdout.map(|mut it| it.read_to_end(&mut bytes)).transpose().map(|_| bytes)
    });
    let output = child.wait_with_output()?;
    Ok(Output { stdout: read?, ..output })
}

/// What git complained of.
fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().trim_start_matches("fatal: ").to_owned()
}
