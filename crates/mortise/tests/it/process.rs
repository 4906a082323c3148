//! Starting the binary.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A command line on the real binary, undisturbed by this process's settings.
pub(crate) fn mortise(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mortise"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MORTISE_") {
            command.env_remove(name);
        }
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub(crate) fn run(arguments: &[&str], data_dir: &Path) -> Output {
    mortise(arguments).arg("--data-dir").arg(data_dir).output().unwrap()
}

/// What the command printed; it has to have succeeded.
pub(crate) fn answer(output: &Output) -> String {
    assert!(output.status.success(), "{}", complaint(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What the command said on standard error.
pub(crate) fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A running server; killed when dropped.
pub(crate) struct Server {
    child: Child,
    /// `http://127.0.0.1:PORT`.
    pub(crate) url: String,
    /// The lines printed up to now.
    pub(crate) said: Vec<String>,
}

impl Server {
    pub(crate) fn start(data_dir: &Path, more: &[&str]) -> Self {
        Self::start_logging(data_dir, more, Stdio::null())
    }

    /// The same, with its log going to `log`.
    pub(crate) fn start_logging(data_dir: &Path, more: &[&str], log: Stdio) -> Self {
        Self::start_by(mortise(&[]), data_dir, more, log)
    }

    /// The same by a command that was prepared.
    pub(crate) fn start_by(
        mut mortise: Command,
        data_dir: &Path,
        more: &[&str],
        log: Stdio,
    ) -> Self {
        let mut child = mortise
            .args(["serve", "--listen", "127.0.0.1:0", "--ssh-listen", "127.0.0.1:0", "--data-dir"])
            .arg(data_dir)
            .args(more)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut said = Vec::new();
        let mut url = None;
        for line in stdout.lines().map_while(Result::ok) {
            url = line
                .strip_prefix("Mortise ")
                .and_then(|line| line.split_whitespace().last())
                .map(str::to_owned);
            said.push(line);
            if url.is_some() {
                break;
            }
        }
        let url = url.unwrap_or_else(|| panic!("the server did not come up: {said:?}"));
        Self { child, url, said }
    }

    /// The one-time password that the first start printed.
    pub(crate) fn password(&self) -> Option<&str> {
        let line = self.said.iter().find(|line| line.trim_start().starts_with("password"))?;
        line.split_whitespace().nth(1)
    }

    /// SIGKILL, and nothing else: what the server had started goes on or not.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and how long the end took.
    pub(crate) fn stop(mut self) -> (bool, Duration) {
        let begun = Instant::now();
        Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        let status = self.child.wait().unwrap();
        (status.success(), begun.elapsed())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
