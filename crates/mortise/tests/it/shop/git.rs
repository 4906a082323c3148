//! The real git as a client.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A repository of a client.
pub(crate) struct Clone {
    path: PathBuf,
}

impl Clone {
    /// Makes an empty one.
    pub(crate) fn empty(path: PathBuf) -> Self {
        std::fs::create_dir(&path).unwrap();
        let clone = Self { path };
        clone.git(&["init", "--quiet", "--initial-branch=main"]);
        clone
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes commits from a stream in the form of `git fast-export`.
    pub(crate) fn import(&self, stream: &[u8]) {
        let mut child =
            command(&self.path, &["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(stream).unwrap();
        assert!(child.wait().unwrap().success(), "git fast-import");
        self.git(&["reset", "--quiet", "--hard", "main"]);
    }

    /// Writes files and commits them in somebody's name; the commit.
    pub(crate) fn commit(&self, author: &str, files: &[(&str, &str)]) -> String {
        for (path, text) in files {
            let path = self.path.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        self.git(&["add", "--all"]);
        let author = format!("--author={author} <{}@example.com>", author.replace(' ', "."));
        self.git(&["commit", "--quiet", "--message", "Change", &author]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs git, which has to succeed; what it prints.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = self.try_git(arguments);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {complaint}");
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// Runs git, whatever comes of it.
    pub(crate) fn try_git(&self, arguments: &[&str]) -> Output {
        command(&self.path, arguments).output().unwrap()
    }
}

/// git where nobody's own settings apply.
fn command(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(directory).args(arguments).stdin(Stdio::null());
    command.envs([
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_AUTHOR_NAME", "Ada Lovelace"),
        ("GIT_AUTHOR_EMAIL", "ada@example.com"),
        ("GIT_COMMITTER_NAME", "Ada Lovelace"),
        ("GIT_COMMITTER_EMAIL", "ada@example.com"),
    ]);
    command
}
