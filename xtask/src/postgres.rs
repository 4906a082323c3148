//! A PostgreSQL that lives as long as one test run.

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::lifetime::{Server, free_port};
use crate::workspace::find_program;

/// A running server with one superuser, `mortise`, and no password.
pub(crate) struct Postgres {
    _server: Server,
    url: String,
}

impl Postgres {
    /// Makes a fresh cluster in a temporary directory and starts it on a free
    /// port of the loopback address. Nothing in it survives: it does not even
    /// wait for the disk.
    ///
    /// # Errors
    /// PostgreSQL is not installed, or does not start.
    pub(crate) fn start() -> Result<Self> {
        let bin = bin_dir().context("PostgreSQL is not installed (Debian: postgresql)")?;
        let account = Account::choose()?;
        let dir = tempfile::Builder::new()
            .prefix("mortise-postgres-")
            .tempdir()
            .context("no temporary directory")?;
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o700))?;
        if let Some((uid, gid)) = account.ids {
            chown(dir.path(), Some(uid), Some(gid)).context("chown")?;
        }

        let data = dir.path().join("data");
        let made = account
            .command(&bin.join("initdb"), dir.path())
            .args(["--username=mortise", "--auth=trust", "--encoding=UTF8"])
            .args(["--locale=C", "--no-sync", "--pgdata"])
            .arg(&data)
            .stdin(Stdio::null())
            .output()
            .context("initdb")?;
        ensure!(
            made.status.success(),
            "initdb: {}{}",
            String::from_utf8_lossy(&made.stdout),
            String::from_utf8_lossy(&made.stderr)
        );

        make_certificate(&account, dir.path(), &data)?;

        let port = free_port()?;
        let log = dir.path().join("log");
        let mut command = account.command(&bin.join("postgres"), dir.path());
        command.arg("-D").arg(&data).arg("-k").arg(dir.path());
        command.args(["-h", "127.0.0.1", "-p", &port.to_string()]);
        for option in [
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "max_connections=300",
            "shared_buffers=128MB",
            "ssl=on",
        ] {
            command.args(["-c", option]);
        }
        command.stdout(File::create(&log)?).stderr(File::options().append(true).open(&log)?);
        let mut server = Server::start(command, &dir.keep(), "INT")?;
        let lock = data.join("postmaster.pid");
        server.wait_until(Duration::from_secs(60), &log, || {
            // The last line of the lock file turns to "ready" when the server
            // accepts connections; that is what pg_ctl waits for, too.
            fs::read_to_string(&lock)
                .is_ok_and(|text| text.lines().nth(7).is_some_and(|state| state.trim() == "ready"))
        })?;
        let url = format!("postgres://mortise@127.0.0.1:{port}/postgres?sslmode=disable");
        Ok(Self { _server: server, url })
    }

    /// The address of its administrative database. Tests make databases of
    /// their own beside it.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// A certificate that the server signed itself, where it looks for one.
fn make_certificate(account: &Account, dir: &Path, data: &Path) -> Result<()> {
    let made = account
        .command(Path::new("openssl"), dir)
        .args(["req", "-new", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost"])
        .args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
        .arg("-keyout")
        .arg(data.join("server.key"))
        .arg("-out")
        .arg(data.join("server.crt"))
        .stdin(Stdio::null())
        .output()
        .context("openssl")?;
    ensure!(made.status.success(), "openssl: {}", String::from_utf8_lossy(&made.stderr));
    Ok(())
}

/// PostgreSQL refuses to run as root, so root runs it as somebody else.
struct Account {
    ids: Option<(u32, u32)>,
}

impl Account {
    fn choose() -> Result<Self> {
        if !we_are_root()? {
            return Ok(Self { ids: None });
        }
        for name in ["postgres", "nobody"] {
            if let Some(ids) = account_ids(name)? {
                return Ok(Self { ids: Some(ids) });
            }
        }
        bail!("PostgreSQL does not run as root, and there is no account postgres or nobody");
    }

    fn command(&self, program: &Path, dir: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(dir).env("LC_ALL", "C").env("HOME", dir);
        if let Some((uid, gid)) = self.ids {
            command.uid(uid).gid(gid);
        }
        command
    }
}

fn account_ids(name: &str) -> Result<Option<(u32, u32)>> {
    let accounts = fs::read_to_string("/etc/passwd").context("/etc/passwd")?;
    let entry = accounts.lines().map(|line| line.split(':').collect::<Vec<_>>());
    for fields in entry {
        if let [account, _, uid, gid, ..] = fields[..]
            && account == name
        {
            return Ok(Some((uid.parse()?, gid.parse()?)));
        }
    }
    Ok(None)
}

/// Whether this process is root's.
///
/// # Errors
/// There is no `/proc`.
pub(crate) fn we_are_root() -> Result<bool> {
    Ok(fs::metadata("/proc/self").context("/proc/self")?.uid() == 0)
}

/// The directory of the newest PostgreSQL's programs.
pub(crate) fn bin_dir() -> Option<PathBuf> {
    let complete = |dir: &PathBuf| dir.join("initdb").exists() && dir.join("postgres").exists();
    let debian = fs::read_dir("/usr/lib/postgresql").ok();
    let mut versions: Vec<(u32, PathBuf)> = debian
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    versions.sort();
    versions
        .into_iter()
        .rev()
        .map(|(_, dir)| dir)
        .chain(find_program("initdb").and_then(|path| path.parent().map(Path::to_path_buf)))
        .find(complete)
}
