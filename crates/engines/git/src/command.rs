//! The owner of the git subprocess: every git process of Mortise is built here.

use std::{
    ffi::{OsStr, OsString},
    io::{BufRead, BufReader, Read, Write},
    ops::ControlFlow,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
    thread,
    time::Duration,
};

use crate::{
    Cancel, Error, Result,
    process::{AsyncProcess, Running, Stopped, Watcher, failure, keep_end},
};

/// The oldest git that is supported, (major, minor).
///
/// 2.39 is what Debian 12 ships. What we need of it: `core.fsync` (2.36), `safe.directory` from
/// the command line (2.35.3), protocol v2 by default, bitmap lookup tables (2.38).
pub const MINIMUM_VERSION: (u32, u32) = (2, 39);

/// How long a command may run when nothing else was said.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(120);
/// How much output [`GitCommand::output`] accepts.
const OUTPUT_LIMIT: u64 = 256 * 1024 * 1024;

/// The version of the installed git.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Major number, 2 for a decade now.
    pub major: u32,
    /// Minor number.
    pub minor: u32,
    /// The whole text behind `git version`, such as `2.39.5`.
    pub text: String,
}

/// The version of git on the `PATH`, if it is there and not older than [`MINIMUM_VERSION`].
/// Call it when the program starts: the error is one line that says what to do.
///
/// # Errors
/// [`Error::Unusable`] when git is missing, does not answer or is too old.
pub fn version() -> Result<Version> {
    let unusable = |what: String| {
        let (major, minor) = MINIMUM_VERSION;
        Error::Unusable(format!("{what}; Mortise needs git {major}.{minor} or newer on the PATH"))
    };
    let output =
        GitCommand::new("version").timeout(Duration::from_secs(10)).output().map_err(|error| {
            match error {
                Error::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                    unusable("git is not installed".to_owned())
                }
                other => unusable(format!("git does not work ({other})")),
            }
        })?;
    let answer = String::from_utf8_lossy(&output);
    let answer = answer.trim();
    let version = parse_version(answer)
        .ok_or_else(|| unusable(format!("cannot understand git's version {answer:?}")))?;
    if (version.major, version.minor) < MINIMUM_VERSION {
        return Err(unusable(format!("git {} is too old", version.text)));
    }
    Ok(version)
}

fn parse_version(answer: &str) -> Option<Version> {
    let text = answer.strip_prefix("git version ")?.split_whitespace().next()?;
    let mut numbers = text.split('.');
    Some(Version {
        major: numbers.next()?.parse().ok()?,
        minor: numbers.next()?.parse().ok()?,
        text: text.to_owned(),
    })
}

/// A git command in an environment of its own.
///
/// The child sees `PATH` and what is set here, nothing else of our environment: no system, global
/// or XDG configuration, no hooks, no prompts, no transports (unless [`GitCommand::allow_protocol`]),
/// English messages. It leads its own process group, which is killed when the handle is dropped,
/// the time is up or the [`Cancel`] is thrown.
#[derive(Clone, Debug)]
pub struct GitCommand {
    name: &'static str,
    config: Vec<OsString>,
    git_dir: Option<OsString>,
    args: Vec<OsString>,
    env: Vec<(&'static str, OsString)>,
    stdin: Option<Vec<u8>>,
    timeout: Duration,
    cancel: Cancel,
}

impl GitCommand {
    /// `git <name>`, such as `log`.
    pub(crate) fn new(name: &'static str) -> GitCommand {
        GitCommand {
            name,
            config: Vec::new(),
            git_dir: None,
            args: Vec::new(),
            env: Vec::new(),
            stdin: None,
            timeout: DEFAULT_TIMEOUT,
            cancel: Cancel::new(),
        }
    }

    /// Runs on the bare repository at `path`.
    pub(crate) fn repository(mut self, path: &Path) -> GitCommand {
        self.git_dir = Some(path.as_os_str().to_owned());
        self
    }

    /// One setting, as `section.key=value`, above those of the repository.
    pub(crate) fn config(mut self, setting: impl Into<OsString>) -> GitCommand {
        self.config.push(setting.into());
        self
    }

    /// Allows one transport (`file`, `http`, `https`); without this none works.
    pub(crate) fn allow_protocol(self, protocol: &str) -> GitCommand {
        self.config(format!("protocol.{protocol}.allow=always"))
    }

    pub(crate) fn arg(mut self, arg: impl Into<OsString>) -> GitCommand {
        self.args.push(arg.into());
        self
    }

    pub(crate) fn args<A: Into<OsString>>(
        mut self,
        args: impl IntoIterator<Item = A>,
    ) -> GitCommand {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    pub(crate) fn env(mut self, name: &'static str, value: impl Into<OsString>) -> GitCommand {
        self.env.push((name, value.into()));
        self
    }

    /// What the command reads; without this, nothing.
    pub(crate) fn stdin(mut self, bytes: Vec<u8>) -> GitCommand {
        self.stdin = Some(bytes);
        self
    }

    /// Killed after this time; two minutes when not said.
    pub(crate) fn timeout(mut self, timeout: Duration) -> GitCommand {
        self.timeout = timeout;
        self
    }

    /// Killed when this switch is thrown.
    pub(crate) fn cancel(mut self, cancel: &Cancel) -> GitCommand {
        self.cancel = cancel.clone();
        self
    }

    /// The command with its environment, streams not yet connected.
    fn build(&self) -> Command {
        let (program, path) = program();
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", path)
            .env("LC_ALL", "C")
            .env("HOME", "/nonexistent")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_ATTR_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_ASKPASS", "true")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_LITERAL_PATHSPECS", "1")
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .current_dir("/")
            .process_group(0);
        for setting in [
            "safe.directory=*",
            "core.hooksPath=/dev/null",
            "protocol.allow=never",
            "credential.helper=",
            "gc.auto=0",
            "maintenance.auto=false",
        ] {
            command.arg("-c").arg(setting);
        }
        for setting in &self.config {
            command.arg("-c").arg(setting);
        }
        if let Some(dir) = &self.git_dir {
            let mut flag = OsString::from("--git-dir=");
            flag.push(dir);
            command.arg(flag);
        }
        command.arg(self.name).args(&self.args);
        command
    }

    /// Runs to the end and returns the output.
    ///
    /// # Errors
    /// As [`GitCommand::read`]; also [`Error::TooLarge`] above 256 MiB.
    pub(crate) fn output(self) -> Result<Vec<u8>> {
        let name = self.name;
        let mut output = Vec::new();
        self.read(|stdout| {
            stdout
                .take(OUTPUT_LIMIT + 1)
                .read_to_end(&mut output)
                .map_err(Error::io("cannot read from git"))?;
            if output.len() as u64 > OUTPUT_LIMIT {
                return Err(Error::TooLarge {
                    what: format!("the output of git {name}"),
                    size: output.len() as u64,
                    limit: OUTPUT_LIMIT,
                });
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(output)
    }

    /// Runs with `reader` on the output. When it returns `Break`, or an error, the process is
    /// killed; on `Continue` it has to end well.
    ///
    /// # Errors
    /// The reader's; [`Error::Process`] when git fails; [`Error::Timeout`], [`Error::Cancelled`];
    /// [`Error::Io`] when it cannot be started.
    pub(crate) fn read(
        self,
        reader: impl FnOnce(&mut dyn BufRead) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        self.cancel.check()?;
        let mut command = self.build();
        command
            .stdin(if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = command.spawn().map_err(Error::io("cannot start git"))?;
        let mut running = Running::new(child);
        let (name, timeout) = (self.name, self.timeout);

        let feeder = running.child.stdin.take().zip(self.stdin).map(|(mut pipe, bytes)| {
            // A process that does not want its input closes the pipe: its exit status tells.
            thread::spawn(move || drop(pipe.write_all(&bytes)))
        });
        let complaint = running.child.stderr.take().map(|pipe| thread::spawn(|| keep_end(pipe)));
        let watcher = Watcher::start(&self.cancel, running.pid(), timeout);

        let verdict = match running.child.stdout.take() {
            Some(stdout) => reader(&mut BufReader::with_capacity(64 * 1024, stdout)),
            None => Ok(ControlFlow::Continue(())),
        };
        let status = match verdict {
            Ok(ControlFlow::Continue(())) => Some(running.wait(&watcher)?),
            Ok(ControlFlow::Break(())) | Err(_) => {
                running.kill(&watcher);
                None
            }
        };
        let stopped = watcher.finish();
        drop(running);
        if let Some(feeder) = feeder {
            // The pipe's other end is gone, so the thread has ended or is about to.
            drop(feeder.join());
        }
        let stderr = complaint.and_then(|thread| thread.join().ok()).unwrap_or_default();
        match stopped {
            Some(Stopped::Cancelled) => return Err(Error::Cancelled),
            Some(Stopped::TimedOut) => {
                return Err(Error::Timeout { command: name.to_owned(), after: timeout });
            }
            None => {}
        }
        let _: ControlFlow<()> = verdict?;
        match status {
            Some(status) if !status.success() => Err(failure(name, status, &stderr)),
            _ => Ok(()),
        }
    }

    /// Starts the process under tokio with the streams as given. The group dies with the handle.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be started.
    pub(crate) fn spawn(&self, stdin: Stdio, stdout: Stdio, stderr: Stdio) -> Result<AsyncProcess> {
        let mut command = tokio::process::Command::from(self.build());
        command.stdin(stdin).stdout(stdout).stderr(stderr).kill_on_drop(true);
        let child = command.spawn().map_err(Error::io("cannot start git"))?;
        Ok(AsyncProcess::new(child, self.name))
    }
}

/// Git's full path and the `PATH` that led to it, looked up once. A full path lets the system
/// start it without copying this process first.
fn program() -> &'static (PathBuf, OsString) {
    static PROGRAM: OnceLock<(PathBuf, OsString)> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let path =
            std::env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into());
        let runnable = |program: &PathBuf| {
            program
                .metadata()
                .is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
        };
        let program = std::env::split_paths(&path)
            .filter(|directory| directory.is_absolute())
            .map(|directory| directory.join("git"))
            .find(runnable)
            .unwrap_or_else(|| "git".into());
        (program, path)
    })
}

/// Text of an argument that comes from a person or a client and must not be taken for an option.
pub(crate) fn safe_argument(text: &str) -> Result<&OsStr> {
    if text.starts_with('-') || text.contains('\0') || text.is_empty() {
        return Err(Error::Invalid(format!("{text:?} is not a name")));
    }
    Ok(OsStr::new(text))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn versions_are_understood() {
        let version = parse_version("git version 2.39.5").unwrap();
        assert_eq!((version.major, version.minor, version.text.as_str()), (2, 39, "2.39.5"));
        assert_eq!(parse_version("git version 2.50.1 (Apple Git-155)").unwrap().minor, 50);
        assert!(parse_version("hub version 2").is_none());
    }

    #[test]
    fn environment_is_hermetic() {
        let output = GitCommand::new("config").arg("--show-origin").arg("--list").output().unwrap();
        let text = String::from_utf8(output).unwrap();
        assert!(text.lines().all(|line| line.starts_with("command line:")), "{text}");
        let environment: Vec<_> = GitCommand::new("version")
            .build()
            .get_envs()
            .map(|(name, _)| name.to_string_lossy().into_owned())
            .collect();
        assert!(
            environment.iter().all(|name| name.starts_with("GIT_")
                || ["PATH", "HOME", "LC_ALL"].contains(&name.as_str()))
        );
    }

    #[test]
    fn time_limit_kills_the_group() {
        // An alias runs a shell, which runs sleep: only the group reaches it.
        let started = Instant::now();
        let error = GitCommand::new("nap")
            .config("alias.nap=!sleep 30; true")
            .timeout(Duration::from_millis(200))
            .output()
            .unwrap_err();
        assert!(matches!(error, Error::Timeout { .. }), "{error}");
        assert!(started.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn cancel_stops_and_prevents() {
        let cancel = Cancel::new();
        let thread = thread::spawn({
            let cancel = cancel.clone();
            move || GitCommand::new("nap").config("alias.nap=!sleep 30").cancel(&cancel).output()
        });
        thread::sleep(Duration::from_millis(100));
        cancel.cancel();
        assert!(matches!(thread.join().unwrap(), Err(Error::Cancelled)));
        assert!(matches!(
            GitCommand::new("version").cancel(&cancel).output(),
            Err(Error::Cancelled)
        ));
    }

    #[test]
    fn failures_carry_the_complaint() {
        let error = GitCommand::new("cat-file").arg("-t").arg("HEAD").output().unwrap_err();
        assert!(
            matches!(&error, Error::Process { stderr, .. } if stderr.contains("not a git repository")),
            "{error}"
        );
    }

    #[test]
    fn reader_may_leave_early() {
        let mut first = String::new();
        GitCommand::new("endless")
            .config("alias.endless=!yes")
            .read(|stdout| {
                stdout.read_line(&mut first).map_err(Error::io("read"))?;
                Ok(ControlFlow::Break(()))
            })
            .unwrap();
        assert_eq!(first, "y\n");
    }
}
