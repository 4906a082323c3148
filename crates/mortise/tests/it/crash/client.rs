//! A client with a clone and a branch of its own, which remembers what the
//! server acknowledged.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The addresses of the depot on the server as it runs now.
pub(crate) struct Urls {
    pub(crate) http: String,
    pub(crate) ssh: String,
}

/// One client.
pub(crate) struct Client {
    clone: PathBuf,
    branch: String,
    /// The private key of one who comes by SSH.
    key: Option<PathBuf>,
    /// How many commits it has made, all on one line.
    commits: u32,
    /// The last commit that the server acknowledged, and how many pushes.
    last: Option<String>,
    acknowledged: u32,
}

impl Client {
    /// Makes an empty clone in `dir`.
    pub(crate) fn new(dir: &Path, number: usize) -> Self {
        let branch = format!("client{number}");
        let clone = dir.join(&branch);
        std::fs::create_dir(&clone).unwrap();
        git(&clone, &["init", "--quiet", &format!("--initial-branch={branch}")]);
        Self { clone, branch, key: None, commits: 0, last: None, acknowledged: 0 }
    }

    /// Gives it a key, by which it comes from now on; the public half.
    pub(crate) fn with_key(&mut self) -> String {
        let key = self.clone.with_extension("key");
        let mut keygen = Command::new("ssh-keygen");
        keygen.args(["-q", "-N", "", "-C", &self.branch, "-t", "ed25519", "-f"]).arg(&key);
        assert!(keygen.status().unwrap().success());
        let ssh = format!(
            "ssh -F /dev/null -i {} -o IdentitiesOnly=yes -o IdentityAgent=none -o BatchMode=yes \
             -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR",
            key.display()
        );
        git(&self.clone, &["config", "core.sshCommand", &ssh]);
        let public = std::fs::read_to_string(key.with_extension("key.pub")).unwrap();
        self.key = Some(key);
        public
    }

    /// Which of the addresses it uses.
    fn url<'a>(&self, urls: &'a Urls) -> &'a str {
        if self.key.is_some() { &urls.ssh } else { &urls.http }
    }

    /// How many pushes the server has acknowledged so far.
    pub(crate) fn acknowledged(&self) -> u32 {
        self.acknowledged
    }

    /// Commits and pushes: the branch, and every fourth time a tag as well.
    /// Returns whether the server acknowledged it.
    pub(crate) fn push(&mut self, urls: &Urls) -> bool {
        let url = self.url(urls);
        self.commits += 1;
        let text = format!("{} {}\n", self.branch, self.commits).repeat(200);
        std::fs::write(self.clone.join(format!("file{}", self.commits % 7)), text).unwrap();
        git(&self.clone, &["add", "--all"]);
        git(&self.clone, &["commit", "--quiet", "--message", &format!("Commit {}", self.commits)]);
        let commit = git(&self.clone, &["rev-parse", "HEAD"]);
        let tag = format!("HEAD:refs/tags/{}-{}", self.branch, self.commits);
        let mut push = vec!["push", "--quiet", url, "HEAD"];
        if self.commits.is_multiple_of(4) {
            push.push(&tag);
        }
        let output = run(&self.clone, &push);
        if output.status.success() {
            self.last = Some(commit);
            self.acknowledged += 1;
        }
        output.status.success()
    }

    /// Pushes to a server that nobody kills until it works, which has to be
    /// soon: a git process of the killed server may still be finishing.
    pub(crate) fn push_in_the_end(&mut self, urls: &Urls) {
        let start = Instant::now();
        while !self.push(urls) {
            assert!(
                start.elapsed() < Duration::from_secs(120),
                "{} cannot push any more: {}",
                self.branch,
                String::from_utf8_lossy(
                    &run(&self.clone, &["push", self.url(urls), "HEAD"]).stderr
                )
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// The server has the last acknowledged commit on the branch, or a later
    /// one whose acknowledgement was lost with the server.
    pub(crate) fn check(&self, urls: &Urls) {
        let url = self.url(urls);
        let Some(last) = &self.last else { return };
        let listed = git(&self.clone, &["ls-remote", url, &format!("refs/heads/{}", self.branch)]);
        let there = listed.split_whitespace().next().unwrap_or_default();
        assert!(!there.is_empty(), "{}: the branch is gone, {last} was acknowledged", self.branch);
        let ancestor = run(&self.clone, &["merge-base", "--is-ancestor", last, there]);
        assert!(
            ancestor.status.success(),
            "{}: {last} was acknowledged, the server has {there}",
            self.branch
        );
        // Not only the name: the server can hand the commit out whole.
        git(
            &self.clone,
            &["fetch", "--quiet", "--refetch", url, &format!("refs/heads/{}", self.branch)],
        );
    }
}

/// Runs git where nobody's own settings apply; what it prints.
pub(crate) fn git(dir: &Path, arguments: &[&str]) -> String {
    let output = run(dir, arguments);
    assert!(
        output.status.success(),
        "git {arguments:?} in {}: {}",
        dir.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn run(dir: &Path, arguments: &[&str]) -> Output {
    Command::new("git")
        .arg("-C")
        .arg(dir)
        .args(arguments)
        .envs([
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_AUTHOR_NAME", "Soak"),
            ("GIT_AUTHOR_EMAIL", "soak@example.com"),
            ("GIT_COMMITTER_NAME", "Soak"),
            ("GIT_COMMITTER_EMAIL", "soak@example.com"),
        ])
        .stdin(Stdio::null())
        .output()
        .unwrap()
}
