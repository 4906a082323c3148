//! A working copy driven by real git, and the bare repository it pushes to.

use std::{
    cell::Cell,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use git::{ObjectFormat, Oid, Repository, Signature};
use tempfile::TempDir;

thread_local! {
    static FORMAT: Cell<ObjectFormat> = const { Cell::new(ObjectFormat::Sha1) };
}

/// How the worlds that this thread makes name their objects.
pub(crate) fn format() -> ObjectFormat {
    FORMAT.get()
}

/// Runs a test in worlds of this format.
pub(crate) fn within(format: ObjectFormat, test: impl FnOnce()) {
    FORMAT.set(format);
    test();
}

/// The name of no object.
pub(crate) fn made_up(byte: u8) -> Oid {
    Oid::from_hex(format!("{byte:02x}").repeat(format().digits() / 2)).unwrap()
}

pub(crate) struct World {
    pub(crate) dir: TempDir,
    pub(crate) repo: Repository,
}

impl World {
    /// An empty bare repository `bare.git` and a working copy `work` whose origin it is.
    pub(crate) fn new() -> World {
        let dir = tempfile::tempdir().unwrap();
        let repo = Repository::init_as(&dir.path().join("bare.git"), "main", format()).unwrap();
        let world = World { dir, repo };
        let object_format = format!("--object-format={}", format().name());
        run(world.dir.path(), &["init", "-q", "-b", "main", &object_format, "work"]);
        world.git(&["remote", "add", "origin", "../bare.git"]);
        world
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.dir.path().join("work")
    }

    pub(crate) fn git(&self, args: &[&str]) -> String {
        run(&self.work(), args)
    }

    /// As real git sees the bare repository.
    pub(crate) fn bare(&self, args: &[&str]) -> String {
        run(self.repo.path(), args)
    }

    pub(crate) fn write(&self, path: &str, data: impl AsRef<[u8]>) {
        let path = self.work().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, data).unwrap();
    }

    /// Commits everything there is and returns the commit.
    pub(crate) fn commit(&self, message: &str) -> Oid {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.rev("HEAD")
    }

    pub(crate) fn rev(&self, rev: &str) -> Oid {
        Oid::from_hex(self.git(&["rev-parse", rev]).trim()).unwrap()
    }

    pub(crate) fn push(&self) {
        self.git(&["push", "-q", "--all"]);
        self.git(&["push", "-q", "--tags"]);
    }
}

pub(crate) fn run(dir: &Path, args: &[&str]) -> String {
    let output = try_run(dir, args);
    assert!(
        output.status.success(),
        "git {args:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn try_run(dir: &Path, args: &[&str]) -> Output {
    client(dir).args(args).output().unwrap()
}

/// A git client that knows nothing of this machine's owner.
pub(crate) fn client(dir: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(dir)
        .env("HOME", "/nonexistent")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_AUTHOR_NAME", "Ada Lovelace")
        .env("GIT_AUTHOR_EMAIL", "ada@example.org")
        .env("GIT_AUTHOR_DATE", "2026-03-04T05:06:07+0130")
        .env("GIT_COMMITTER_NAME", "Charles Babbage")
        .env("GIT_COMMITTER_EMAIL", "charles@example.org")
        .args(["-c", "safe.directory=*", "-c", "protocol.file.allow=always"]);
    command
}

pub(crate) fn someone() -> Signature {
    Signature {
        name: "Grace Hopper".to_owned(),
        mail: "grace@example.org".to_owned(),
        seconds: 1_790_000_000,
        offset_minutes: -300,
    }
}
