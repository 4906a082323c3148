//! Git over SSH, with OpenSSH's client.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use api_git::ssh::{HostKeys, Limits};
use base::Administer;
use depots::keys::DeployKey;
use depots::{Depot, DepotKey};
use identity::ssh_keys::{self, NewSshKey};
use tokio::process::Command;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::server::{Server, commit, each, each_format, fail, noise, run, try_run};

pub(crate) struct Ssh<'a> {
    server: &'a Server,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<bool>>,
}

impl Drop for Ssh<'_> {
    fn drop(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.abort();
        }
    }
}

impl<'a> Ssh<'a> {
    /// Serves SSH; `ann`, `gus` and `bob` have a key each.
    pub(crate) async fn start(server: &'a Server, limits: Limits) -> Ssh<'a> {
        let ssh = Ssh::serve(server, limits).await;
        for name in ["ann", "gus", "bob"] {
            let call = server.call(name).await;
            let new =
                NewSshKey { content: ssh.keygen(name, "ed25519").await, ..Default::default() };
            let user = call.actor.user_id().unwrap();
            ssh_keys::create(&call, user, new).await.unwrap();
        }
        ssh
    }

    /// Serves SSH to those who have keys already.
    async fn serve(server: &'a Server, limits: Limits) -> Ssh<'a> {
        let env = server.test.env.clone();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let keys = HostKeys::open_or_create(&env.data_dir, &base::SystemRandom).unwrap();
        let (stop, stopped) = oneshot::channel();
        let stopped = async { stopped.await.unwrap_or(()) };
        let grace = Duration::from_secs(120);
        let serving =
            tokio::spawn(api_git::ssh::serve(env, listener, keys, limits, stopped, grace));
        Ssh { server, address, stop: Some(stop), serving: Some(serving) }
    }

    fn key(&self, name: &str) -> PathBuf {
        self.server.dir.path().join(format!("key-{name}"))
    }

    /// A new key pair; its public half.
    async fn keygen(&self, name: &str, kind: &str) -> String {
        let path = self.key(name);
        let made = Command::new("ssh-keygen")
            .args(["-q", "-N", "", "-C", name, "-t", kind, "-f"])
            .arg(&path)
            .status()
            .await
            .unwrap();
        assert!(made.success());
        std::fs::read_to_string(path.with_extension("pub")).unwrap()
    }

    pub(crate) fn client(&self, name: &str) -> String {
        let known = self.server.dir.path().join("known_hosts");
        format!(
            "ssh -F /dev/null -i {} -o IdentitiesOnly=yes -o IdentityAgent=none -o BatchMode=yes \
             -o StrictHostKeyChecking=no -o UserKnownHostsFile={} -o LogLevel=ERROR -p {}",
            self.key(name).display(),
            known.display(),
            self.address.port(),
        )
    }

    /// The setting by which git uses the key of `name`.
    pub(crate) fn as_(&self, name: &str) -> String {
        format!("core.sshCommand={}", self.client(name))
    }

    pub(crate) fn url(&self) -> String {
        "git@127.0.0.1:makers/web/site.git".to_owned()
    }

    /// `ssh git@… COMMAND`
    pub(crate) async fn ssh(&self, name: &str, user: &str, command: &[&str]) -> Output {
        let client = self.client(name);
        let mut words = client.split_whitespace();
        Command::new(words.next().unwrap())
            .args(words)
            .arg(format!("{user}@127.0.0.1"))
            .args(command)
            .stdin(std::process::Stdio::null())
            .output()
            .await
            .unwrap()
    }

    async fn owned(&self) -> base::Granted<Depot, Administer> {
        let call = self.server.call("ann").await;
        depots::authorise(&call, DepotKey::Id(self.server.depot.id)).await.unwrap()
    }

    async fn deploy_key(&self, name: &str, kind: &str, may_write: bool) -> DeployKey {
        let content = self.keygen(name, kind).await;
        let new = NewSshKey { content, ..NewSshKey::default() };
        let call = self.server.call("ann").await;
        depots::keys::create(&call, &self.owned().await, new, may_write).await.unwrap()
    }

    async fn fsck(&self) {
        let path = self.server.repository().await.path().to_owned();
        run(&path, &["fsck", "--strict"]).await;
    }
}

async fn on_ssh(test: impl AsyncFn(&Server, &Ssh<'_>)) {
    each(async |server| with_ssh(server, &test).await).await;
}

/// As [`on_ssh`], with a depot of each format.
async fn on_ssh_in_each_format(test: impl AsyncFn(&Server, &Ssh<'_>)) {
    each_format(async |server| with_ssh(server, &test).await).await;
}

async fn with_ssh(server: &Server, test: impl AsyncFn(&Server, &Ssh<'_>)) {
    let ssh = Ssh::start(server, Limits::default()).await;
    test(server, &ssh).await;
    ssh.fsck().await;
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn clone_fetch_push_force_and_delete() {
    on_ssh_in_each_format(async |server, ssh| {
        let (dir, url, ann) = (server.dir.path(), ssh.url(), ssh.as_("ann"));
        let work = server.work("work").await;
        run(&work, &["config", "core.sshCommand", &ssh.client("ann")]).await;
        run(&work, &["remote", "add", "origin", &url]).await;
        let first = commit(&work, "a", b"1\n").await;
        run(&work, &["tag", "-a", "-m", "one", "v1"]).await;
        run(&work, &["push", "-q", "-o", "ci.skip", "origin", "main", "v1"]).await;
        assert_eq!(server.pushes().await[0].pusher, "ann");
        for version in ["0", "1", "2"] {
            let (name, protocol) = (format!("c{version}"), format!("protocol.version={version}"));
            run(dir, &["-c", &ann, "-c", &protocol, "clone", "-q", &url, &name]).await;
            run(&dir.join(&name), &["fsck", "--strict"]).await;
            assert_eq!(run(&dir.join(&name), &["rev-parse", "HEAD"]).await, first);
        }
        // A large pack, sent in one piece, and fetched by each version.
        commit(&work, "noise", &noise(3_000_000, 7)).await;
        let second = commit(&work, "b", b"2").await;
        run(&work, &["push", "-q", "origin", "main"]).await;
        for version in ["0", "1", "2"] {
            let (name, protocol) = (format!("c{version}"), format!("protocol.version={version}"));
            run(&dir.join(&name), &["-c", &ann, "-c", &protocol, "pull", "-q"]).await;
            run(&dir.join(&name), &["fsck", "--strict"]).await;
            assert_eq!(run(&dir.join(&name), &["rev-parse", "HEAD"]).await, second);
        }
        // Not up to date, forced, deleted, nothing to do.
        run(&work, &["reset", "-q", "--hard", "HEAD~1"]).await;
        commit(&work, "c", b"3").await;
        let refused = fail(&work, &["push", "origin", "main"]).await;
        assert!(refused.contains("[rejected]"), "{refused}");
        run(&work, &["push", "-q", "-f", "origin", "main", "main:topic"]).await;
        run(&work, &["push", "-q", "origin", "main"]).await;
        run(&work, &["push", "-q", "origin", ":topic"]).await;
        assert!(server.pushes().await[0].updates[0].is_deletion());
        let heads = run(&work, &["ls-remote", "--heads", "origin"]).await;
        assert_eq!(heads.lines().count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn atomic_shallow_partial_and_archives() {
    on_ssh_in_each_format(async |server, ssh| {
        let (dir, url, ann) = (server.dir.path(), ssh.url(), ssh.as_("ann"));
        let work = server.work("work").await;
        for index in 0..5 {
            commit(&work, &format!("f{index}"), &noise(20_000, index)).await;
        }
        run(&work, &["-c", &ann, "push", "-q", &url, "main", "main:topic"]).await;
        run(&work, &["branch", "-f", "other", "HEAD~1"]).await;
        // One of two cannot be: none is.
        let refs = ["other:topic", "main:refs/internal/x"];
        let refused =
            fail(&work, &["-c", &ann, "push", "--atomic", "-f", &url, refs[0], refs[1]]).await;
        assert!(refused.contains("rejected"), "{refused}");
        let listed = run(&work, &["-c", &ann, "ls-remote", &url, "topic", "main"]).await;
        let ids: std::collections::HashSet<_> =
            listed.lines().map(|line| line.split('\t').next().unwrap()).collect();
        assert_eq!(ids.len(), 1, "{listed}");
        run(&work, &["-c", &ann, "push", "-q", "--atomic", &url, "main:a", "main:b"]).await;

        for version in ["0", "2"] {
            let protocol = format!("protocol.version={version}");
            let name = format!("shallow{version}");
            let clone = ["-c", &ann, "-c", &protocol, "clone", "-q", "--depth=1", &url, &name];
            run(dir, &clone).await;
            let shallow = dir.join(&name);
            assert_eq!(run(&shallow, &["rev-list", "--count", "HEAD"]).await, "1");
            run(&shallow, &["-c", &ann, "-c", &protocol, "fetch", "-q", "--unshallow"]).await;
            assert_eq!(run(&shallow, &["rev-list", "--count", "HEAD"]).await, "5");
            run(&shallow, &["fsck", "--strict"]).await;
            let name = format!("partial{version}");
            let clone = [
                "-c",
                &ann,
                "-c",
                &protocol,
                "clone",
                "-q",
                "--no-checkout",
                "--filter=blob:none",
                &url,
                &name,
            ];
            run(dir, &clone).await;
            let partial = dir.join(&name);
            let missing = ["rev-list", "--objects", "--all", "--missing=print"];
            assert!(run(&partial, &missing).await.contains('?'));
            run(&partial, &["-c", &ann, "checkout", "-q", "main"]).await;
            run(&partial, &["fsck", "--strict"]).await;
        }
        // A push from a shallow clone.
        run(dir, &["-c", &ann, "clone", "-q", "--depth=1", &url, "again"]).await;
        commit(&dir.join("again"), "more", b"x").await;
        run(&dir.join("again"), &["-c", &ann, "push", "-q", "origin", "main"]).await;

        for format in ["tar", "tar.gz", "zip"] {
            let (format, out) = (format!("--format={format}"), dir.join(format!("out.{format}")));
            let output = format!("--output={}", out.display());
            let remote = format!("--remote={url}");
            let archive = ["-c", &ann, "archive", &remote, &format, "--prefix=p/", &output, "main"];
            run(dir, &archive).await;
            assert!(out.metadata().unwrap().len() > 10_000, "{format}");
        }
        let listed =
            Command::new("tar").arg("-tf").arg(dir.join("out.tar")).output().await.unwrap();
        assert!(String::from_utf8_lossy(&listed.stdout).contains("p/f0\n"));
        let remote = format!("--remote={url}");
        let tip = run(&work, &["rev-parse", "HEAD~2"]).await;
        for rev in ["refs/internal/x", "internal/x", "nothing", &tip] {
            fail(dir, &["-c", &ann, "archive", &remote, "--output=/dev/null", rev]).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn submodules_are_cloned_along() {
    on_ssh(async |server, ssh| {
        let (dir, url, ann) = (server.dir.path(), ssh.url(), ssh.as_("ann"));
        let inner = server.work("inner").await;
        commit(&inner, "inside", b"1").await;
        run(&inner, &["-c", &ann, "push", "-q", &url, "main"]).await;
        let outer = server.work("outer").await;
        run(&outer, &["-c", &ann, "submodule", "--quiet", "add", "-b", "main", &url, "sub"]).await;
        commit(&outer, "outside", b"2").await;
        run(&outer, &["-c", &ann, "push", "-q", &url, "main:outer"]).await;
        let clone =
            ["-c", &ann, "clone", "-q", "--recurse-submodules", "-b", "outer", &url, "both"];
        run(dir, &clone).await;
        assert!(dir.join("both/sub/inside").exists());
        run(&dir.join("both"), &["fsck", "--strict"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_do_not_push_and_strangers_learn_nothing() {
    on_ssh(async |server, ssh| {
        let work = server.work("work").await;
        commit(&work, "a", b"1").await;
        let url = ssh.url();
        run(&work, &["-c", &ssh.as_("ann"), "push", "-q", &url, "main"]).await;
        run(&work, &["-c", &ssh.as_("gus"), "ls-remote", &url]).await;
        let denied = fail(&work, &["-c", &ssh.as_("gus"), "push", &url, "main:x"]).await;
        assert!(denied.contains("ERROR: you need the right to write the depot"), "{denied}");
        let mut told = Vec::new();
        for path in ["makers/web/site", "makers/web/none", "none/none/none", "../../etc", "a"] {
            let url = format!("git@127.0.0.1:{path}.git");
            told.push(fail(&work, &["-c", &ssh.as_("bob"), "ls-remote", &url]).await);
        }
        assert!(told[0].starts_with("ERROR: depot not found\n"), "{}", told[0]);
        assert!(told.iter().all(|words| *words == told[0]), "{told:#?}");

        // A key that is not known, another user, a password.
        ssh.keygen("eve", "ed25519").await;
        let refused = fail(&work, &["-c", &ssh.as_("eve"), "ls-remote", &url]).await;
        assert!(refused.contains("Permission denied (publickey)"), "{refused}");
        let refused = ssh.ssh("ann", "root", &[]).await;
        assert!(words(&refused).contains("Permission denied (publickey)"), "{refused:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deploy_keys_open_their_depot_as_far_as_they_may() {
    on_ssh(async |server, ssh| {
        let (dir, url) = (server.dir.path(), ssh.url());
        let work = server.work("work").await;
        commit(&work, "a", b"1").await;
        ssh.deploy_key("reader", "ecdsa", false).await;
        let writer = ssh.deploy_key("writer", "rsa", true).await;
        run(&work, &["-c", &ssh.as_("writer"), "push", "-q", &url, "main"]).await;
        assert_eq!(server.pushes().await[0].pusher, "deploy key writer");
        run(dir, &["-c", &ssh.as_("reader"), "clone", "-q", &url, "clone"]).await;
        let denied = fail(&work, &["-c", &ssh.as_("reader"), "push", &url, "main:x"]).await;
        assert!(denied.contains("ERROR: you need a deploy key that may write"), "{denied}");

        // No other depot exists for it, be it shared with everybody.
        let ann = server.call("ann").await;
        let web = projects::authorise::<base::Write>(&ann, projects::ProjectKey::Name("web"));
        let new = depots::NewDepot { shared: true, ..depots::NewDepot::named("other") };
        depots::create(&ann, &web.await.unwrap(), new).await.unwrap();
        let other = "git@127.0.0.1:makers/web/other.git";
        run(dir, &["-c", &ssh.as_("bob"), "ls-remote", other]).await;
        let absent = fail(dir, &["-c", &ssh.as_("writer"), "ls-remote", other]).await;
        assert!(absent.contains("ERROR: depot not found"), "{absent}");

        depots::keys::delete(&ann, &ssh.owned().await, writer.key.id).await.unwrap();
        let gone = fail(dir, &["-c", &ssh.as_("writer"), "ls-remote", &url]).await;
        assert!(gone.contains("Permission denied"), "{gone}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_git_can_be_run() {
    on_ssh(async |_, ssh| {
        let greeted = ssh.ssh("ann", "git", &["-T"]).await;
        assert!(greeted.status.success(), "{greeted:?}");
        assert!(String::from_utf8_lossy(&greeted.stdout).starts_with("Hello ann!"), "{greeted:?}");
        for command in ["sh", "id", "git-shell", "scp -t /tmp", "git-upload-pack 'a/b/c'; id"] {
            let refused = ssh.ssh("ann", "git", &[command]).await;
            assert_eq!(refused.status.code(), Some(1), "{command}: {refused:?}");
            assert!(words(&refused).starts_with("ERROR: only git-upload-pack"), "{refused:?}");
            assert!(refused.stdout.is_empty());
        }
        let sftp = ssh.ssh("ann", "git", &["-s", "sftp"]).await;
        assert!(!sftp.status.success() && words(&sftp).contains("subsystem"), "{sftp:?}");
        // Nothing is forwarded, in neither direction.
        for forwarding in [["-W", "127.0.0.1:22"], ["-R", "0:127.0.0.1:22"]] {
            let mut options = vec!["-o", "ExitOnForwardFailure=yes"];
            options.extend(forwarding);
            if forwarding[0] == "-R" {
                options.push("-N");
            }
            let client = ssh.client("ann");
            let mut client = client.split_whitespace();
            let refused = Command::new(client.next().unwrap())
                .args(client)
                .args(options)
                .arg("git@127.0.0.1")
                .stdin(std::process::Stdio::null())
                .kill_on_drop(true)
                .output();
            let refused = tokio::time::timeout(PATIENCE, refused).await;
            assert!(!refused.expect("an end").unwrap().status.success(), "{forwarding:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_limited_in_number_and_time() {
    each(async |server| {
        let login = Duration::from_secs(3);
        let ssh = Ssh::start(server, Limits { per_address: 2, login, ..Limits::default() }).await;
        let open = async || tokio::net::TcpStream::connect(ssh.address).await.unwrap();
        let hears = async |stream: &mut tokio::net::TcpStream| {
            let heard = read_all(stream).await;
            assert!(heard.starts_with(b"SSH-2.0-Mortise\r\n"), "{heard:?}");
        };
        let mut silent = [open().await, open().await];
        assert_eq!(read_all(&mut open().await).await, b"", "one too many hears nothing");
        for stream in &mut silent {
            hears(stream).await;
        }
        // There is room again, as soon as the server has seen it.
        let room = async { while read_all(&mut open().await).await.is_empty() {} };
        tokio::time::timeout(PATIENCE, room).await.expect("room");
        // Whoever has come in and does nothing is not kept.
        let idle = Limits { login, idle: Duration::from_millis(500), ..Limits::default() };
        let ssh = Ssh::serve(server, idle).await;
        let idle = ssh.ssh("ann", "git", &["-N"]);
        let idle = tokio::time::timeout(PATIENCE, idle).await.expect("an end");
        assert!(!idle.status.success());
    })
    .await;
}

/// How long is waited for what comes at once on a machine with nothing else to do.
const PATIENCE: Duration = Duration::from_secs(120);

async fn read_all(stream: &mut tokio::net::TcpStream) -> Vec<u8> {
    let mut heard = Vec::new();
    let read = tokio::io::AsyncReadExt::read_to_end(stream, &mut heard);
    // A reset is an end too.
    let _ = tokio::time::timeout(PATIENCE, read).await.expect("an end");
    heard
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_lets_commands_end() {
    each(async |server| {
        let mut ssh = Ssh::start(server, Limits::default()).await;
        let work = server.work("work").await;
        commit(&work, "noise", &noise(8_000_000, 3)).await;
        let (url, ann) = (ssh.url(), ssh.as_("ann"));
        let push = tokio::spawn({
            let (work, url, ann) = (work.clone(), url.clone(), ann.clone());
            async move { try_run(&work, &["-c", &ann, "push", "-q", &url, "main"]).await }
        });
        let busy = async {
            let pushes = async || server.repository().await.branches().unwrap().len();
            while pushes().await == 0 && !push.is_finished() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, busy).await.unwrap();
        ssh.stop.take().unwrap().send(()).unwrap();
        let pushed = push.await.unwrap();
        assert!(pushed.status.success(), "{}", words(&pushed));
        assert!(ssh.serving.take().unwrap().await.unwrap());
        assert!(tokio::net::TcpStream::connect(ssh.address).await.is_err());
    })
    .await;
}

/// A client that breaks off in the middle leaves nothing behind.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_hangs_up_is_not_worked_for() {
    each(async |server| {
        let deserted = Duration::from_millis(500);
        let ssh = Ssh::start(server, Limits { deserted, ..Limits::default() }).await;
        let work = server.work("work").await;
        commit(&work, "noise", &noise(20_000_000, 5)).await;
        let (url, ann) = (ssh.url(), ssh.as_("ann"));
        run(&work, &["-c", &ann, "push", "-q", &url, "main"]).await;
        let mut clone = Command::new("git")
            .current_dir(server.dir.path())
            .args(["-c", &ann, "-c", "protocol.version=0", "clone", "-q", &url, "cut"])
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let path = server.repository().await.path().to_owned();
        let begun = async {
            while !running(&path) && clone.try_wait().unwrap().is_none() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, begun).await.expect("git begins");
        // It may be through already.
        drop(clone.kill().await);
        let gone = async {
            while running(&path) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, gone).await.expect("git ends");
        ssh.fsck().await;
    })
    .await;
}

/// Whether a process works on this repository.
fn running(path: &Path) -> bool {
    let path = path.to_string_lossy();
    std::fs::read_dir("/proc").unwrap().flatten().any(|entry| {
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        line.contains("upload-pack") && line.contains(&*path)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_was_left_serves_with_a_hint() {
    on_ssh(async |server, ssh| {
        let (url, ann) = (ssh.url(), ssh.as_("ann"));
        let work = server.work("work").await;
        commit(&work, "a", b"1\n").await;
        let push = ["-c", ann.as_str(), "push", &url, "main"];
        let before = try_run(&work, &push).await;
        assert!(!words(&before).contains("another address"), "{}", words(&before));
        server.transfer().await;
        let now = "makers/ops/site.git";
        commit(&work, "b", b"2\n").await;
        let clone = ["-c", ann.as_str(), "clone", &url, "again"];
        for args in [&push[..], &clone] {
            let output = try_run(&work, args).await;
            let words = words(&output);
            assert!(output.status.success(), "{words}");
            assert!(words.contains("This depot is at another address now:\n"), "{words}");
            assert!(words.contains(now), "{words}");
        }
        let gus = ssh.as_("gus");
        let refused = fail(&work, &["-c", &gus, "ls-remote", &url]).await;
        assert!(refused.contains("depot not found") && !refused.contains("ops"), "{refused}");
    })
    .await;
}
