//! What git promises its users, seen by git on both sides, over HTTP and over SSH. Each behaviour
//! ends with a check of the repository on the server, and of what a client gets of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Output;

use api_git::ssh::Limits;
use git::Repository;

use crate::server::{self, Server, commit, each, each_format};
use crate::ssh::Ssh;

/// A working copy whose branch `main` is on the server.
struct Work<'a> {
    server: &'a Server,
    url: &'a str,
    /// A setting that git needs to come in, if any.
    way: Option<&'a str>,
    dir: PathBuf,
}

impl<'a> Work<'a> {
    async fn new(server: &'a Server, url: &'a str, way: Option<&'a str>) -> Self {
        let dir = server.work("work").await;
        let work = Work { server, url, way, dir };
        work.run(&work.dir, &["remote", "add", "origin", url]).await;
        commit(&work.dir, "first", b"1\n").await;
        work.run(&work.dir, &["push", "-q", "-u", "origin", "main"]).await;
        work
    }

    fn args<'b>(&'b self, args: &[&'b str]) -> Vec<&'b str> {
        self.way.iter().flat_map(|way| ["-c", way]).chain(args.iter().copied()).collect()
    }

    async fn run(&self, dir: &Path, args: &[&str]) -> String {
        server::run(dir, &self.args(args)).await
    }

    async fn try_run(&self, dir: &Path, args: &[&str]) -> Output {
        server::try_run(dir, &self.args(args)).await
    }

    async fn fail(&self, dir: &Path, args: &[&str]) -> String {
        server::fail(dir, &self.args(args)).await
    }

    async fn clone(&self, name: &str, options: &[&str]) -> PathBuf {
        let args: Vec<_> = ["clone", "-q"].iter().chain(options).copied().collect();
        self.run(self.server.dir.path(), &[args, vec![self.url, name]].concat()).await;
        self.server.dir.path().join(name)
    }

    /// The refs on the server, each with what it names.
    async fn remote(&self, pattern: &str) -> Vec<String> {
        let listed = self.run(&self.dir, &["ls-remote", "origin", pattern]).await;
        listed.lines().map(|line| line.replace('\t', " ")).collect()
    }

    /// Nothing is wrong on the server, in the working copy, and in a new mirror of all there is.
    async fn sound(&self) {
        let repository: Repository = self.server.repository().await;
        fsck(repository.path()).await;
        self.run(&self.dir, &["fsck", "--strict", "--no-dangling"]).await;
        let mirror = self.clone("sound.git", &["--mirror"]).await;
        self.run(&mirror, &["fsck", "--strict"]).await;
    }
}

async fn fsck(repository: &Path) {
    let git_dir = format!("--git-dir={}", repository.display());
    server::run(Path::new("/"), &[&git_dir, "fsck", "--strict", "--no-dangling"]).await;
    // Nothing of a push that is over lies about.
    let objects = std::fs::read_dir(repository.join("objects")).unwrap();
    let left: Vec<_> = objects
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("incoming") || name.contains("tmp"))
        .collect();
    assert_eq!(left, [""; 0]);
}

/// Runs a test over HTTP with depots of each format, and over SSH.
async fn each_way(test: impl AsyncFn(&Work<'_>)) {
    each_format(async |server| {
        let url = server.url(&server.ann);
        let work = Work::new(server, &url, None).await;
        test(&work).await;
        work.sound().await;
    })
    .await;
    each(async |server| {
        let ssh = Ssh::start(server, Limits::default()).await;
        let (url, way) = (ssh.url(), ssh.as_("ann"));
        let work = Work::new(server, &url, Some(&way)).await;
        test(&work).await;
        work.sound().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn force() {
    each_way(async |work| {
        let old = work.run(&work.dir, &["rev-parse", "HEAD"]).await;
        let other = work.clone("other", &[]).await;
        commit(&work.dir, "second", b"2").await;
        work.run(&work.dir, &["commit", "-q", "--amend", "-m", "rewritten"]).await;
        work.run(&work.dir, &["push", "-q"]).await;
        work.run(&work.dir, &["reset", "-q", "--hard", &old]).await;
        let rewritten = commit(&work.dir, "third", b"3").await;
        assert!(work.fail(&work.dir, &["push"]).await.contains("non-fast-forward"));
        // A lease on what is no longer there does not hold; one on what is there does.
        work.run(&other, &["commit", "-q", "--allow-empty", "-m", "elsewhere"]).await;
        let words = work.fail(&other, &["push", "--force-with-lease", "origin", "main"]).await;
        assert!(words.contains("stale info"), "{words}");
        work.run(&work.dir, &["push", "-q", "--force-with-lease"]).await;
        assert_eq!(work.remote("refs/heads/main").await, [format!("{rewritten} refs/heads/main")]);
        work.run(&other, &["push", "-q", "--force", "origin", "main"]).await;
        let forced = work.run(&other, &["rev-parse", "HEAD"]).await;
        assert_eq!(work.remote("refs/heads/main").await, [format!("{forced} refs/heads/main")]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn delete_and_recreate() {
    each_way(async |work| {
        work.run(&work.dir, &["push", "-q", "origin", "main:topic", "main:topic2"]).await;
        work.run(&work.dir, &["push", "-q", "origin", "--delete", "topic", "topic2"]).await;
        assert_eq!(work.remote("refs/heads/topic*").await, [""; 0]);
        // What was a name of a branch may become a directory of branches, and back.
        work.run(&work.dir, &["push", "-q", "origin", "main:topic/deep"]).await;
        let words = work.fail(&work.dir, &["push", "origin", "main:topic"]).await;
        assert!(words.contains("remote rejected"), "{words}");
        work.run(&work.dir, &["push", "-q", "origin", ":topic/deep"]).await;
        work.run(&work.dir, &["push", "-q", "origin", "main:topic"]).await;
        assert_eq!(work.remote("refs/heads/topic*").await.len(), 1);
        // Deleting what is not there is no change.
        assert!(work.fail(&work.dir, &["push", "origin", ":absent"]).await.contains("absent"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_or_nothing() {
    each_way(async |work| {
        work.run(&work.dir, &["push", "-q", "origin", "main:taken/deep"]).await;
        let tip = commit(&work.dir, "second", b"2").await;
        let before = work.remote("*").await;
        let refs = ["main", "main:fine", "main:taken"];
        let atomic = [&["push", "--atomic", "origin"], &refs[..]].concat();
        let words = work.fail(&work.dir, &atomic).await;
        assert!(words.contains("rejected"), "{words}");
        assert_eq!(work.remote("*").await, before);
        // Without it each ref stands for itself.
        work.fail(&work.dir, &[&["push", "origin"], &refs[..]].concat()).await;
        let main = format!("{tip} refs/heads/main");
        assert_eq!(work.remote("main").await, [main]);
        assert_eq!(work.remote("fine").await, [format!("{tip} refs/heads/fine")]);
        assert_eq!(work.remote("refs/heads/taken").await, [""; 0]);
        work.run(&work.dir, &["push", "-q", "--atomic", "origin", "main:a", "main:b"]).await;
        assert_eq!(work.remote("refs/heads/[ab]").await.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_and_mirrors() {
    each_way(async |work| {
        work.run(&work.dir, &["tag", "light"]).await;
        work.run(&work.dir, &["tag", "-a", "-m", "annotated", "v1"]).await;
        // A tag of a tag, of a tree, of a blob.
        work.run(&work.dir, &["tag", "-a", "-m", "twice", "v1-again", "v1"]).await;
        work.run(&work.dir, &["tag", "tree", "HEAD^{tree}"]).await;
        work.run(&work.dir, &["tag", "-a", "-m", "blob", "blob", "HEAD:first"]).await;
        work.run(&work.dir, &["push", "-q", "--tags"]).await;
        assert_eq!(work.remote("refs/tags/*").await.len(), 5 + 3);
        work.run(&work.dir, &["tag", "-f", "light", "v1^{tree}"]).await;
        assert!(
            work.fail(&work.dir, &["push", "origin", "light"]).await.contains("already exists")
        );
        work.run(&work.dir, &["push", "-q", "-f", "origin", "light"]).await;
        let clone = work.clone("clone", &[]).await;
        assert_eq!(work.run(&clone, &["tag"]).await, "blob\nlight\ntree\nv1\nv1-again");
        let mirror = work.clone("mirror.git", &["--mirror"]).await;
        work.run(&mirror, &["update-ref", "refs/heads/more", "main"]).await;
        work.run(&mirror, &["update-ref", "-d", "refs/tags/tree"]).await;
        work.run(&mirror, &["push", "-q", "--mirror", "origin"]).await;
        assert_eq!(work.remote("refs/heads/more").await.len(), 1);
        assert_eq!(work.remote("refs/tags/tree").await, [""; 0]);
        work.run(&clone, &["fetch", "-q", "--prune", "--prune-tags", "origin"]).await;
        assert_eq!(work.run(&clone, &["tag"]).await, "blob\nlight\nv1\nv1-again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shallow() {
    each_way(async |work| {
        for index in 0..9 {
            commit(&work.dir, "file", index.to_string().as_bytes()).await;
        }
        work.run(&work.dir, &["tag", "-a", "-m", "old", "old", "HEAD~6"]).await;
        work.run(
            &work.dir,
            &["push", "-q", "--follow-tags", "origin", "main", "main~4:refs/heads/middle"],
        )
        .await;
        let count = async |clone: &Path, rev: &str| {
            work.run(clone, &["rev-list", "--count", rev]).await.parse::<usize>().unwrap()
        };
        let clone = work.clone("shallow", &["--depth=2", "--no-single-branch"]).await;
        assert_eq!(count(&clone, "origin/main").await, 2);
        assert_eq!(count(&clone, "origin/middle").await, 2);
        work.run(&clone, &["fetch", "-q", "--deepen=2", "origin", "main"]).await;
        assert_eq!(count(&clone, "origin/main").await, 4);
        work.run(&clone, &["fetch", "-q", "--shallow-exclude=old", "origin", "main"]).await;
        assert_eq!(count(&clone, "origin/main").await, 6);
        // A push from a shallow clone.
        let tip = commit(&clone, "shallow", b"from here").await;
        work.run(&clone, &["push", "-q", "origin", "HEAD:main"]).await;
        assert_eq!(work.remote("refs/heads/main").await, [format!("{tip} refs/heads/main")]);
        work.run(&clone, &["fetch", "-q", "--unshallow"]).await;
        assert_eq!(count(&clone, "HEAD").await, 11);
        let recent = work.clone("recent", &["--shallow-since=2000-01-01"]).await;
        assert_eq!(count(&recent, "HEAD").await, 11);
        // To an empty branch of a history that the server does not know whole.
        let orphan = work.clone("orphan", &["--depth=1"]).await;
        work.run(&orphan, &["push", "-q", "origin", "HEAD:refs/heads/copy"]).await;
        assert_eq!(work.remote("refs/heads/copy").await, [format!("{tip} refs/heads/copy")]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn partial() {
    each_way(async |work| {
        for index in 0..4_u8 {
            std::fs::create_dir_all(work.dir.join(format!("d{index}"))).unwrap();
            std::fs::write(work.dir.join(format!("d{index}/small")), [index]).unwrap();
            commit(&work.dir, "large", &vec![b'a' + index; 5000]).await;
        }
        work.run(&work.dir, &["push", "-q"]).await;
        let missing = async |clone: &Path| {
            let args = ["rev-list", "--objects", "--all", "--missing=print"];
            work.run(clone, &args).await.lines().filter(|line| line.starts_with('?')).count()
        };
        for (filter, expected) in [("blob:none", 9), ("blob:limit=1k", 4), ("tree:0", 5)] {
            let option = format!("--filter={filter}");
            let name = filter.replace(':', "-");
            let clone = work.clone(&name, &["--no-checkout", &option]).await;
            assert_eq!(missing(&clone).await, expected, "{filter}");
            work.run(&clone, &["checkout", "-q", "main"]).await;
            assert_eq!(std::fs::read(clone.join("large")).unwrap(), vec![b'd'; 5000]);
            // What is missing is fetched when it is needed, and pushes work.
            work.run(&clone, &["log", "-p", "--all"]).await;
            work.run(&clone, &["commit", "-q", "--allow-empty", "-m", filter]).await;
            work.run(&clone, &["push", "-q", "origin", &format!("HEAD:{name}")]).await;
        }
        let sparse = work.clone("sparse", &["--filter=blob:none", "--sparse"]).await;
        work.run(&sparse, &["sparse-checkout", "set", "d2"]).await;
        assert!(sparse.join("d2/small").exists() && !sparse.join("d1").exists());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn submodules() {
    each_way(async |work| {
        let whole = work.server.init(&work.dir, "outer", "outer").await;
        let add = ["-c", "protocol.allow=always", "submodule", "add", "-q", work.url, "inner"];
        work.run(&whole, &add).await;
        commit(&whole, "readme", b"outer").await;
        work.run(&whole, &["push", "-q", work.url, "outer"]).await;
        let options = ["--recurse-submodules", "--branch=outer"];
        let clone = work.clone("recursive", &options).await;
        assert_eq!(std::fs::read(clone.join("inner/first")).unwrap(), b"1\n");
        // One whose address would be taken for an option is refused.
        let evil = "[submodule \"x\"]\n\tpath = x\n\turl = -u./payload\n";
        commit(&whole, ".gitmodules", evil.as_bytes()).await;
        let words = work.fail(&whole, &["push", work.url, "outer"]).await;
        assert!(words.contains("gitmodulesUrl"), "{words}");
    })
    .await;
}

/// Of two that push to one branch at once, one is told that it moved.
#[tokio::test(flavor = "multi_thread")]
async fn races() {
    each_way(async |work| {
        let mut clones = Vec::new();
        for index in 0..6 {
            let clone = work.clone(&format!("racer{index}"), &[]).await;
            commit(&clone, &format!("file{index}"), b"x").await;
            clones.push(clone);
        }
        let pushes = clones.into_iter().map(async |clone| {
            let mut tries = 0;
            loop {
                tries += 1;
                assert!(tries < 60, "never got through");
                let push = work.try_run(&clone, &["push", "-q", "origin", "main"]).await;
                if push.status.success() {
                    return;
                }
                let words = String::from_utf8_lossy(&push.stderr).into_owned();
                let expected = ["rejected", "cannot lock ref", "failed to update ref"];
                assert!(expected.iter().any(|word| words.contains(word)), "{words}");
                work.run(&clone, &["pull", "-q", "--rebase", "origin", "main"]).await;
            }
        });
        futures_util::future::join_all(pushes).await;
        let last = work.clone("last", &[]).await;
        assert_eq!(work.run(&last, &["rev-list", "--count", "HEAD"]).await, "7");
        // Each has begun where another ended; who ended first is not always heard first.
        let pushed = work.server.pushes().await;
        let tips: BTreeSet<_> = pushed.iter().map(|push| &push.updates[0].new).collect();
        let starts = pushed.iter().map(|push| &push.updates[0].old);
        let other = starts.filter(|start| !tips.contains(start)).collect::<Vec<_>>();
        assert_eq!((pushed.len(), tips.len(), other.len()), (7, 7, 1), "{pushed:?}");
    })
    .await;
}
