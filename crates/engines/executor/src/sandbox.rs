//! How scripts are shut in on this machine.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{Program, supervise};
use crate::{Cancel, Ended, Error, LogLine, Outcome, Result, Task, launch};

/// Where a script finds its working copy with [`Isolation::Bubblewrap`].
pub const WORKSPACE: &str = "/workspace";
const FILES: &str = "/run/task";
const HOME: &str = "/home/user";

/// What keeps a script from the rest of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isolation {
    /// Namespaces of its own: files, processes, users, network.
    Bubblewrap,
    /// Nothing but an empty environment and a process group.
    None,
}

impl Isolation {
    /// The name for logs and databases.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bubblewrap => "bubblewrap",
            Self::None => "none",
        }
    }
}

/// A way to run scripts. Cheap to clone; find it once.
#[derive(Debug, Clone)]
pub struct Sandbox {
    isolation: Isolation,
    why_none: Option<String>,
    /// Whether this bubblewrap can bound the size of a tmpfs.
    sized: bool,
    hidden: Vec<PathBuf>,
}

impl Sandbox {
    /// Bubblewrap if it is there and works, else no isolation. `hidden` are directories that
    /// scripts must not see even where they lie below one that is shown, such as `/usr`.
    ///
    /// Takes some milliseconds: it is tried out.
    pub fn detect(hidden: &[PathBuf]) -> Self {
        let hidden: Vec<PathBuf> =
            hidden.iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
        let mut sandbox =
            Self { isolation: Isolation::Bubblewrap, why_none: None, sized: true, hidden };
        for sized in [true, false] {
            sandbox.sized = sized;
            match sandbox.try_out() {
                Ok(()) => return sandbox,
                Err(why) => sandbox.why_none = Some(why),
            }
        }
        tracing::debug!(why = sandbox.why_none, "scripts run without isolation");
        sandbox.isolation = Isolation::None;
        sandbox
    }

    /// No isolation, whatever the machine could do.
    pub fn unisolated() -> Self {
        Self {
            isolation: Isolation::None,
            why_none: Some("isolation is switched off".to_owned()),
            sized: false,
            hidden: Vec::new(),
        }
    }

    /// What keeps scripts from the rest of the machine.
    pub fn isolation(&self) -> Isolation {
        self.isolation
    }

    /// Why there is no isolation, for people.
    pub fn why_none(&self) -> Option<&str> {
        match self.isolation {
            Isolation::None => self.why_none.as_deref(),
            Isolation::Bubblewrap => None,
        }
    }

    /// Where the script of a task in `working_copy` finds that directory.
    pub fn workspace(&self, working_copy: &Path) -> PathBuf {
        match self.isolation {
            Isolation::Bubblewrap => PathBuf::from(WORKSPACE),
            Isolation::None => working_copy.to_path_buf(),
        }
    }

    /// Runs the task to its end and hands each line of its output to `line` as it comes.
    ///
    /// # Errors
    /// When it could not be started. A script that fails, takes too long or is cancelled is no
    /// error: see [`Outcome::ended`].
    pub fn run(
        &self,
        task: &Task,
        cancel: &Cancel,
        mut line: impl FnMut(LogLine),
    ) -> Result<Outcome> {
        let working_copy = fs::canonicalize(&task.working_copy)
            .map_err(Error::io("cannot use the working copy"))?;
        let files = launch::directory()?;
        let home = launch::directory()?;
        let workspace = self.workspace(&working_copy);
        let places = match self.isolation {
            Isolation::Bubblewrap => launch::Places {
                workspace: &workspace,
                files: Path::new(FILES),
                home: Path::new(HOME),
                counts_processes: true,
            },
            Isolation::None => launch::Places {
                workspace: &workspace,
                files: files.path(),
                home: home.path(),
                counts_processes: false,
            },
        };
        launch::write(task, files.path(), &places)?;
        let [shell, script] = launch::command(places.files);
        let mut command = match self.isolation {
            Isolation::Bubblewrap => {
                let mut command = Command::new("bwrap");
                command.args(self.arguments(task, &working_copy, files.path()));
                command.args([OsString::from("--"), shell, script]);
                command
            }
            Isolation::None => {
                let mut command = Command::new(shell);
                command.arg(script);
                command
            }
        };
        command.env_clear().env("PATH", launch::PATH).current_dir("/");
        let program = Program { command, wall: task.limits.wall, output: task.limits.output };
        supervise(program, cancel, self.isolation, &mut line)
    }

    fn try_out(&self) -> Result<(), String> {
        let run = || {
            let working_copy = launch::directory()?;
            let mut task = Task::new("touch here && exec true", working_copy.path());
            task.limits.memory = Some(64 << 20);
            task.limits.wall = std::time::Duration::from_secs(10);
            let mut said = String::new();
            let outcome = self.run(&task, &Cancel::new(), |line| said.push_str(&line.text))?;
            Ok((outcome.ended, said))
        };
        match run() {
            Ok((Ended::Exited { code: 0 }, _)) => Ok(()),
            Ok((ended, said)) => Err(format!("bubblewrap does not work here: {ended}; {said}")),
            Err(Error::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                Err("bubblewrap is not installed".to_owned())
            }
            Err(error) => Err(format!("bubblewrap does not work here: {error}")),
        }
    }

    fn arguments(&self, task: &Task, working_copy: &Path, files: &Path) -> Vec<OsString> {
        let mut arguments = Arguments::default();
        arguments.add(["--unshare-all", "--unshare-user"]);
        if task.network {
            arguments.add(["--share-net"]);
        }
        // Without a session of its own a script could type into the server's terminal.
        arguments.add(["--die-with-parent", "--new-session", "--cap-drop", "ALL"]);
        arguments.add(["--uid", "1000", "--gid", "1000", "--hostname", &task.host_name]);
        arguments.system();
        for hidden in &self.hidden {
            if hidden.starts_with("/usr") {
                arguments.add([OsString::from("--tmpfs"), hidden.into()]);
            }
        }
        arguments.add(["--proc", "/proc", "--dev", "/dev"]);
        for directory in ["/tmp", "/var/tmp", "/run", HOME] {
            if let (true, Some(bytes)) = (self.sized, task.limits.memory) {
                arguments.add(["--size", &bytes.to_string()]);
            }
            arguments.add(["--tmpfs", directory]);
        }
        arguments.add([OsString::from("--ro-bind"), files.into(), FILES.into()]);
        arguments.add([OsString::from("--bind"), working_copy.into(), WORKSPACE.into()]);
        // The root itself is a tmpfs without a bound.
        arguments.add(["--remount-ro", "/", "--chdir", WORKSPACE]);
        arguments.0
    }
}

/// What a program needs of `/etc`; nothing with a secret in it.
const ETC: &[&str] = &[
    "alternatives",
    "ca-certificates",
    "ca-certificates.conf",
    "hosts",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "mime.types",
    "nsswitch.conf",
    "pki",
    "protocols",
    "resolv.conf",
    "services",
    "ssl/certs",
    "ssl/openssl.cnf",
    "timezone",
];

#[derive(Default)]
struct Arguments(Vec<OsString>);

impl Arguments {
    fn add<A: Into<OsString>>(&mut self, arguments: impl IntoIterator<Item = A>) {
        self.0.extend(arguments.into_iter().map(Into::into));
    }

    /// The programs and libraries of the machine, read-only.
    fn system(&mut self) {
        self.add(["--ro-bind", "/usr", "/usr"]);
        for path in ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"] {
            // On a merged system these are links into /usr.
            match fs::read_link(path) {
                Ok(target) => {
                    self.add([OsString::from("--symlink"), target.into(), path.into()]);
                }
                Err(_) => self.add(["--ro-bind-try", path, path]),
            }
        }
        for name in ETC {
            let path = format!("/etc/{name}");
            self.add(["--ro-bind-try", &path, &path]);
        }
    }
}
