//! The repository that is measured with, and the requests made from it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::report::Report;
use super::target::packet;
use super::{git, git_in, git_out, synthetic};

/// What commits made here are signed with.
const IDENTITY: [(&str, &str); 4] = [
    ("GIT_AUTHOR_NAME", "Bench"),
    ("GIT_AUTHOR_EMAIL", "bench@example.com"),
    ("GIT_COMMITTER_NAME", "Bench"),
    ("GIT_COMMITTER_EMAIL", "bench@example.com"),
];

/// Files that a scanner reads, by their endings.
pub(super) const SOURCES: [&str; 8] = [".c", ".cpp", ".go", ".java", ".js", ".py", ".rs", ".ts"];

/// A bare repository of our own, whose `main` all servers get.
pub(super) struct Subject {
    pub(super) path: PathBuf,
    /// The newest commit of `main`.
    pub(super) head: String,
    /// A directory for request bodies and answers.
    pub(super) scratch: PathBuf,
}

impl Subject {
    /// A copy of the given repository, or a made-up one.
    ///
    /// # Errors
    /// There is no such repository, or git fails.
    pub(super) fn prepare(
        report: &mut Report,
        given: Option<&Path>,
        scratch: &Path,
    ) -> Result<Self> {
        let path = scratch.join("subject.git");
        if let Some(repository) = given {
            git(&["clone", "--quiet", "--bare", "--no-local"], &[repository, &path])?;
            let branch = git_out(&path, &["symbolic-ref", "--short", "HEAD"])?;
            if branch != "main" {
                git_in(&path, &["branch", "--force", "main", &branch])?;
                git_in(&path, &["symbolic-ref", "HEAD", "refs/heads/main"])?;
            }
        } else {
            synthetic::make(&path)?;
        }
        let head = git_out(&path, &["rev-parse", "main"])?;
        let commits = git_out(&path, &["rev-list", "--count", "main"])?;
        let files = git_out(&path, &["ls-tree", "-r", "--name-only", "main"])?.lines().count();
        let source = given.map_or("made up", |_| "given");
        let version = git_out(&path, &["version"])?;
        report.note(format!("repository ({source}): {files} files, {commits} commits; {version}"));
        Ok(Self { path, head, scratch: scratch.to_path_buf() })
    }

    /// The request that pushes the whole history to `main`.
    ///
    /// # Errors
    /// git fails.
    pub(super) fn full_push(&self) -> Result<PathBuf> {
        self.push_request("main", None, &self.head, "full-push")
    }

    /// The request that pushes a commit with nothing in it to `trunk`.
    ///
    /// # Errors
    /// git fails.
    pub(super) fn seed_push(&self) -> Result<PathBuf> {
        let tree = self.git(&["mktree"], "")?;
        let commit = self.git(&["commit-tree", "-m", "Begin", &tree], "")?;
        self.push_request("trunk", None, &commit, "seed-push")
    }

    /// One request for each commit of the chain that begins after `old`.
    ///
    /// # Errors
    /// git fails.
    pub(super) fn chain_pushes(&self, old: &str, chain: &[String]) -> Result<Vec<PathBuf>> {
        let mut old = old;
        let mut bodies = Vec::new();
        for (number, new) in chain.iter().enumerate() {
            bodies.push(self.push_request("main", Some(old), new, &format!("chain{number}"))?);
            old = new;
        }
        Ok(bodies)
    }

    /// Writes the request with which a client moves the branch from `old`
    /// (nothing, if it is new) to `new`, with the pack that this needs.
    fn push_request(
        &self,
        branch: &str,
        old: Option<&str>,
        new: &str,
        name: &str,
    ) -> Result<PathBuf> {
        let nothing = "0".repeat(40);
        let from = old.unwrap_or(&nothing);
        let capabilities = "report-status side-band-64k object-format=sha1 agent=git/bench";
        let command = format!("{from} {new} refs/heads/{branch}\0 {capabilities}");
        let path = self.scratch.join(name);
        let mut file = std::fs::File::create(&path).with_context(|| path.display().to_string())?;
        file.write_all((packet(&command) + "0000").as_bytes())?;

        let mut pack = Command::new("git")
            .arg("-C")
            .arg(&self.path)
            .args(["pack-objects", "--quiet", "--stdout", "--revs", "--thin"])
            .arg("--delta-base-offset")
            .stdin(Stdio::piped())
            .stdout(file)
            .spawn()
            .context("git pack-objects")?;
        let mut revisions = format!("{new}\n");
        if let Some(old) = old {
            revisions += &format!("^{old}\n");
        }
        let stdin = pack.stdin.take().context("a pipe")?;
        { stdin }.write_all(revisions.as_bytes())?;
        let status = pack.wait()?;
        ensure!(status.success(), "git pack-objects: {status}");
        Ok(path)
    }

    /// A chain of commits on top of `main`, each adding one small file.
    ///
    /// # Errors
    /// git fails.
    pub(super) fn notes(&self, count: usize) -> Result<Vec<String>> {
        self.chain(count, |number| Ok((format!("bench/note{number}.txt"), format!("{number}\n"))))
    }

    /// A chain of commits on top of `main`, each adding a line to the end of
    /// the same source file.
    ///
    /// # Errors
    /// git fails, or there is no source file.
    pub(super) fn edits(&self, count: usize) -> Result<Vec<String>> {
        let files = git_out(&self.path, &["ls-tree", "-r", "--name-only", "main"])?;
        let is_source = |path: &&str| SOURCES.iter().any(|ending| path.ends_with(ending));
        let path = files.lines().find(is_source).context("there is no source file")?;
        let text = git_out(&self.path, &["show", &format!("main:{path}")])?;
        let comment = if path.ends_with(".py") { "#" } else { "//" };
        self.chain(count, |number| {
            Ok((path.to_owned(), format!("{text}\n{comment} Edit {number}.\n")))
        })
    }

    fn chain(
        &self,
        count: usize,
        change: impl Fn(usize) -> Result<(String, String)>,
    ) -> Result<Vec<String>> {
        let mut commits: Vec<String> = Vec::new();
        self.git(&["read-tree", &self.head], "")?;
        for number in 0..count {
            let (path, text) = change(number)?;
            let blob = self.git(&["hash-object", "-w", "--stdin"], &text)?;
            let entry = format!("100644,{blob},{path}");
            self.git(&["update-index", "--add", "--cacheinfo", &entry], "")?;
            let tree = self.git(&["write-tree"], "")?;
            let parent = commits.last().unwrap_or(&self.head);
            let message = format!("Change {number}");
            commits.push(self.git(&["commit-tree", "-p", parent, "-m", &message, &tree], "")?);
        }
        Ok(commits)
    }

    fn git(&self, arguments: &[&str], input: &str) -> Result<String> {
        let mut child = Command::new("git")
            .arg("-C")
            .arg(&self.path)
            .args(arguments)
            .env("GIT_INDEX_FILE", self.path.join("bench-index"))
            .envs(IDENTITY)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("git")?;
        { child.stdin.take().context("a pipe")? }.write_all(input.as_bytes())?;
        let output = child.wait_with_output()?;
        ensure!(output.status.success(), "git {}", arguments.join(" "));
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }
}
