//! Importing: fetching everything from another repository.

use std::{net::IpAddr, path::Path, process::Stdio, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::{
    Cancel, Error, GitCommand, ObjectFormat, Oid, Repository, Result, command::safe_argument,
    process::AsyncProcess, repository::sync,
};

/// Where a repository may be fetched from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllowedSources {
    /// `http://` and `https://`.
    pub http: bool,
    /// `file://`: any repository that this program can read. Not for addresses that users give.
    pub file: bool,
}

/// How to sign in where a repository is fetched from.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user's name.
    pub user: String,
    /// The password or token.
    pub password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("user", &self.user).finish_non_exhaustive()
    }
}

/// How far a fetch is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done, in git's words, such as `Receiving objects`.
    pub stage: String,
    /// How far this stage is, from 0 to 100, where it knows.
    pub percent: Option<u8>,
    /// How many things are done.
    pub done: u64,
    /// How many there are, where it knows.
    pub total: Option<u64>,
}

/// A repository to be fetched from.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// The address; without credentials in it.
    pub url: &'a str,
    /// How to sign in, over HTTP.
    pub credentials: Option<&'a Credentials>,
    /// What kinds of address are allowed.
    pub allowed: AllowedSources,
    /// The addresses that the host's name was checked to have: connect there and nowhere else,
    /// whatever the name means by then. Where none is given, the name is looked up.
    pub pinned: &'a [IpAddr],
    /// When to give up.
    pub timeout: Duration,
}

impl Repository {
    /// Makes this repository a mirror of another: all its branches and tags and its `HEAD`, and
    /// nothing it does not have. Every object is checked. `report` is called for each step of
    /// progress; whatever happens, references only name objects that are here. Where there were
    /// none before and the machine goes down meanwhile, they may be damaged: begin with a new
    /// repository then.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an address that is not allowed, [`Error::Process`] with the other
    /// side's complaint, [`Error::Timeout`], [`Error::Cancelled`].
    pub async fn fetch_from(
        &self,
        source: &Source<'_>,
        cancel: &Cancel,
        mut report: impl FnMut(Progress),
    ) -> Result<()> {
        check_source(source)?;
        cancel.check()?;
        // What is here already is not fetched again, and has to stay until it is needed.
        let repository = self.clone();
        let _hold = tokio::task::spawn_blocking(move || repository.hold_removals())
            .await
            .map_err(|error| Error::Repository(error.to_string()))??;
        let first = self.is_without_references().await?;
        let mut fetch =
            transport(self.git("fetch"), source)?.config("fetch.writeCommitGraph=false");
        if first {
            // Each would be hardened by itself; they are packed into one file, which is.
            fetch = fetch.config("core.fsync=committed,loose-object,pack-metadata,-reference");
        }
        let fetch = fetch
            .args(["--progress", "--prune", "--force", "--no-tags", "--no-write-fetch-head"])
            .args(["--no-auto-maintenance", "--atomic", "--no-recurse-submodules", UPLOAD_PACK])
            .arg(safe_argument(source.url)?)
            .args(["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]);
        let process = fetch.spawn(Stdio::null(), Stdio::null(), Stdio::piped())?;
        watched(process, "fetch", source.timeout, cancel, &mut report).await?;
        self.adopt_head(source, cancel).await?;
        self.harden_import(first, cancel).await
    }

    async fn is_without_references(&self) -> Result<bool> {
        let repository = self.clone();
        let references = tokio::task::spawn_blocking(move || repository.references())
            .await
            .map_err(|error| Error::Repository(error.to_string()))??;
        Ok(references.is_empty())
    }

    /// Git has hardened files; this is for the directories that name them, and on the `first`
    /// import for the references.
    async fn harden_import(&self, first: bool, cancel: &Cancel) -> Result<()> {
        let (repository, cancel) = (self.clone(), cancel.clone());
        tokio::task::spawn_blocking(move || {
            if first {
                repository.git("pack-refs").args(["--all", "--prune"]).cancel(&cancel).output()?;
            }
            sync(&repository.path().join("objects/pack"))?;
            let references = repository.references()?;
            repository.sync_refs(references.iter().map(|reference| reference.name.as_str()))
        })
        .await
        .map_err(|error| Error::Repository(error.to_string()))?
    }

    /// Points `HEAD` where the other repository's points, when it says so.
    async fn adopt_head(&self, source: &Source<'_>, cancel: &Cancel) -> Result<()> {
        let list = transport(self.git("ls-remote"), source)?
            .args(["--symref", UPLOAD_PACK])
            .arg(safe_argument(source.url)?)
            .arg("HEAD")
            .timeout(Duration::from_secs(60))
            .cancel(cancel);
        let repository = self.clone();
        tokio::task::spawn_blocking(move || {
            let answer = list.output()?;
            let answer = String::from_utf8_lossy(&answer);
            let branch = answer
                .lines()
                .filter_map(|line| line.strip_prefix("ref: refs/heads/")?.strip_suffix("\tHEAD"))
                .next();
            match branch {
                Some(branch) => repository.set_head(branch),
                None => Ok(()),
            }
        })
        .await
        .map_err(|error| Error::Repository(error.to_string()))?
    }
}

/// How the objects of a repository elsewhere are named: as its references say, SHA-1 where it has
/// none.
///
/// # Errors
/// As [`Repository::fetch_from`].
pub async fn format_of(source: &Source<'_>, cancel: &Cancel) -> Result<ObjectFormat> {
    let list = transport(GitCommand::new("ls-remote"), source)?
        .args(["--quiet", UPLOAD_PACK])
        .arg(safe_argument(source.url)?)
        // A repository has its HEAD or a branch; what else it has is not worth a long list.
        .args(["HEAD", "refs/heads/*"])
        .timeout(Duration::from_secs(60))
        .cancel(cancel);
    tokio::task::spawn_blocking(move || {
        let answer = list.output()?;
        let first = answer.split(|byte| *byte == b'\t').next().unwrap_or_default();
        Ok(Oid::from_hex(first).map_or(ObjectFormat::Sha1, |id| id.format()))
    })
    .await
    .map_err(|error| Error::Repository(error.to_string()))?
}

/// A repository of another owner on this machine is read as if it were ours; whether it may be read
/// at all was decided by [`AllowedSources::file`].
const UPLOAD_PACK: &str = "--upload-pack=git -c safe.directory=* upload-pack";

/// Lets a command talk to the source, and to nothing else.
fn transport(command: GitCommand, source: &Source<'_>) -> Result<GitCommand> {
    let place = check_source(source)?;
    let mut command = command
        .allow_protocol(place.scheme)
        // A redirect could lead to where the first address would not have been allowed.
        .config("http.followRedirects=false")
        .config("http.lowSpeedLimit=1")
        .config("http.lowSpeedTime=120");
    if !source.pinned.is_empty() {
        let addresses: Vec<String> = source
            .pinned
            .iter()
            .map(|address| match address {
                IpAddr::V4(address) => address.to_string(),
                IpAddr::V6(address) => format!("[{address}]"),
            })
            .collect();
        let addresses = addresses.join(",");
        command = command
            .config(format!("http.curloptResolve={}:{}:{addresses}", place.host, place.port));
    }
    if let Some(credentials) = source.credentials {
        // By environment, which other users of the machine cannot read.
        command = command
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", "http.extraHeader")
            .env("GIT_CONFIG_VALUE_0", basic_authorization(credentials));
    }
    Ok(command)
}

/// What an allowed address says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place<'a> {
    scheme: &'static str,
    host: &'a str,
    port: u16,
}

pub(crate) fn check_source<'a>(source: &Source<'a>) -> Result<Place<'a>> {
    let invalid = |why: &str| Err(Error::Invalid(format!("{why}: {:?}", source.url)));
    let (scheme, rest) = match source.url.split_once("://") {
        Some(("http", rest)) if source.allowed.http => ("http", rest),
        Some(("https", rest)) if source.allowed.http => ("https", rest),
        Some(("file", rest)) if source.allowed.file => ("file", rest),
        _ => return invalid("a repository cannot be fetched from this address"),
    };
    if source.url.chars().any(|c| c.is_control() || c == ' ') {
        return invalid("the address has characters that do not belong there");
    }
    if scheme == "file" {
        return if Path::new(rest).is_absolute() {
            Ok(Place { scheme, host: "", port: 0 })
        } else {
            invalid("a file address starts with three slashes")
        };
    }
    // Whoever reads an address ends its host elsewhere: curl takes what stands before a backslash
    // and an @ for a user, git looks for an @ behind a question mark. So only a slash may end it.
    let authority = rest.split('/').next().unwrap_or_default();
    if authority.contains('@') {
        return invalid("user and password do not belong into the address");
    }
    // The colons of an IPv6 address are inside brackets.
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => match port.parse() {
            Ok(port) => (host, port),
            Err(_) => return invalid("the address has a wrong port"),
        },
        _ => (authority, if scheme == "https" { 443 } else { 80 }),
    };
    if host.is_empty() || host.starts_with('-') {
        return invalid("the address names no host");
    }
    // curl would look another name up than the one that was looked at.
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let in_brackets = |host: &str| host.chars().all(|c| c.is_ascii_hexdigit() || ":.".contains(c));
    let is_numeric =
        host.strip_prefix('[').and_then(|it| it.strip_suffix(']')).is_some_and(in_brackets);
    if !is_numeric && !host.chars().all(plain) {
        return invalid("the host has characters that do not belong there (write it as xn--…)");
    }
    Ok(Place { scheme, host, port })
}

fn basic_authorization(credentials: &Credentials) -> String {
    format!(
        "Authorization: Basic {}",
        STANDARD.encode(format!("{}:{}", credentials.user, credentials.password))
    )
}

/// Waits for a process that tells its progress on its error output.
async fn watched(
    mut process: AsyncProcess,
    name: &'static str,
    timeout: Duration,
    cancel: &Cancel,
    report: &mut impl FnMut(Progress),
) -> Result<()> {
    let stderr = process.stderr().ok_or_else(|| Error::Protocol("no error output".to_owned()))?;
    let work = async {
        let complaint = follow(stderr, report).await?;
        process.wait(complaint.as_bytes()).await
    };
    let stop = async {
        while !cancel.is_cancelled() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::select! {
        outcome = tokio::time::timeout(timeout, work) => match outcome {
            Ok(outcome) => outcome,
            Err(_) => Err(Error::Timeout { command: name.to_owned(), after: timeout }),
        },
        () = stop => Err(Error::Cancelled),
    }
}

/// Reads progress, which git ends with carriage returns, and returns the other lines.
async fn follow(
    mut stderr: impl AsyncRead + Unpin,
    report: &mut impl FnMut(Progress),
) -> Result<String> {
    let mut complaint = String::new();
    let mut pending = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let count = stderr.read(&mut chunk).await.map_err(Error::io("cannot read from git"))?;
        pending.extend_from_slice(&chunk[..count]);
        while let Some(end) = pending.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
            let line: Vec<u8> = pending.drain(..=end).collect();
            note(&line, &mut complaint, report);
        }
        if count == 0 || pending.len() > 64 * 1024 {
            note(&std::mem::take(&mut pending), &mut complaint, report);
        }
        if count == 0 {
            return Ok(complaint);
        }
    }
}

fn note(line: &[u8], complaint: &mut String, report: &mut impl FnMut(Progress)) {
    let line = String::from_utf8_lossy(line);
    let line = line.trim();
    match parse_progress(line) {
        Some(progress) => report(progress),
        None if line.is_empty() || complaint.len() > 16 * 1024 => {}
        None => {
            complaint.push_str(line);
            complaint.push('\n');
        }
    }
}

/// `Receiving objects:  42% (423/1000), 1.20 MiB | 2.00 MiB/s` or `Enumerating objects: 17, done.`,
/// with `remote: ` in front when the other side says it.
fn parse_progress(line: &str) -> Option<Progress> {
    let line = line.strip_prefix("remote: ").unwrap_or(line).trim();
    let (stage, rest) = line.split_once(": ")?;
    let rest = rest.trim_start();
    // Unlike complaints (`fatal`, `error`), stages are capitalised.
    if !stage.starts_with(|c: char| c.is_ascii_uppercase())
        || !stage.chars().all(|c| c.is_ascii_alphabetic() || c == ' ')
    {
        return None;
    }
    if let Some((percent, rest)) = rest.split_once("% (") {
        let (done, rest) = rest.split_once('/')?;
        let (total, _) = rest.split_once(')')?;
        return Some(Progress {
            stage: stage.to_owned(),
            percent: Some(percent.parse::<u8>().ok()?.min(100)),
            done: done.parse().ok()?,
            total: Some(total.parse().ok()?),
        });
    }
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let tail = &rest[digits..];
    if !(tail.is_empty() || tail.starts_with(", ")) {
        return None;
    }
    Some(Progress {
        stage: stage.to_owned(),
        percent: None,
        done: rest[..digits].parse().ok()?,
        total: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_lines() {
        let progress =
            parse_progress("Receiving objects:  42% (423/1000), 1.20 MiB | 2 MiB/s").unwrap();
        assert_eq!(
            (progress.stage.as_str(), progress.percent, progress.done, progress.total),
            ("Receiving objects", Some(42), 423, Some(1000))
        );
        let progress = parse_progress("remote: Enumerating objects: 17, done.").unwrap();
        assert_eq!((progress.percent, progress.done), (None, 17));
        for other in
            ["fatal: repository 'x' not found", "remote: Not found.", "error: 404", "", "a: b"]
        {
            assert_eq!(parse_progress(other), None, "{other}");
        }
    }

    #[test]
    fn addresses() {
        fn check(url: &str, http: bool, file: bool) -> Result<Place<'_>> {
            check_source(&Source {
                url,
                credentials: None,
                allowed: AllowedSources { http, file },
                pinned: &[],
                timeout: Duration::from_secs(1),
            })
        }
        let place = check("https://example.org/x.git", true, false).unwrap();
        assert_eq!(place, Place { scheme: "https", host: "example.org", port: 443 });
        let place = check("http://[::1]:8080/x", true, false).unwrap();
        assert_eq!(place, Place { scheme: "http", host: "[::1]", port: 8080 });
        assert_eq!(check("http://[::1]/x", true, false).unwrap().port, 80);
        assert_eq!(check("file:///srv/x.git", false, true).unwrap().scheme, "file");
        for refused in [
            "file:///srv/x.git",
            "ssh://h/x",
            "git://h/x",
            "ext::sh -c true",
            "/srv/x",
            "h:x",
            "--upload-pack=x",
            "http://",
            "http://-x/",
            "http://u:p@h/x",
            "https://h/a b",
            "HTTP://h/x",
            "https://h/\nx",
        ] {
            assert!(check(refused, true, false).is_err(), "{refused}");
        }
        assert!(check("file://relative", true, true).is_err());
        assert!(check("http://h/x", false, true).is_err());
    }
}
