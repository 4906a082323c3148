//! What is to be run, and what came of it.

use std::path::PathBuf;
use std::time::Duration;

use crate::Isolation;

/// A script to be run.
#[derive(Debug, Clone)]
pub struct Task {
    /// The text, for `bash` where there is one, else for `sh`. Nothing is added to it: without
    /// `set -e` it goes on after a command that fails.
    pub script: String,
    /// The directory that the script may write to; it must exist. The script starts in it.
    pub working_copy: PathBuf,
    /// Names and values beside `PATH`, `HOME`, `LANG`, `TERM` and `TMPDIR`. Names are letters,
    /// digits and `_`.
    pub variables: Vec<(String, String)>,
    /// Whether it may use the network. Without isolation it always can.
    pub network: bool,
    /// What the machine is called inside.
    pub host_name: String,
    /// How much it may use.
    pub limits: Limits,
}

impl Task {
    /// `script` in `working_copy` with the usual limits and without network.
    pub fn new(script: impl Into<String>, working_copy: impl Into<PathBuf>) -> Self {
        Self {
            script: script.into(),
            working_copy: working_copy.into(),
            variables: Vec::new(),
            network: false,
            host_name: "sandbox".to_owned(),
            limits: Limits::default(),
        }
    }
}

/// How much a script may use. CPU, memory and file size hold for each of its processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From start to end; then the whole group is killed.
    pub wall: Duration,
    /// CPU time of one process.
    pub cpu: Option<Duration>,
    /// Bytes of writable memory of one process, and of its private `/tmp`.
    pub memory: Option<u64>,
    /// Bytes of the largest file.
    pub file: Option<u64>,
    /// Bytes of output that are handed on; the rest is read and dropped.
    pub output: u64,
    /// Processes and threads at a time. Holds with isolation only, and not for root.
    pub processes: Option<u32>,
}

impl Default for Limits {
    /// An hour, 8 GiB for the largest file, 16 MiB of output, 2,048 processes.
    fn default() -> Self {
        Self {
            wall: Duration::from_secs(60 * 60),
            cpu: None,
            memory: None,
            file: Some(8 << 30),
            output: 16 << 20,
            processes: Some(2048),
        }
    }
}

/// A line of what the script wrote, be it to its output or to its error output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// How long after the start the line was complete.
    pub after: Duration,
    /// The text without its line end; what is no UTF-8 shows as U+FFFD.
    pub text: String,
}

/// How a script ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with this status from 0 to 128.
    Exited {
        /// 0 for success.
        code: i32,
    },
    /// It, or the last command in it, was ended by a signal: out of memory or CPU time, a crash.
    Killed {
        /// The signal's number.
        signal: i32,
    },
    /// It took longer than [`Limits::wall`].
    TimedOut,
    /// The [`Cancel`](crate::Cancel) was thrown.
    Cancelled,
}

impl Ended {
    /// Whether it ended by itself with status 0.
    pub fn is_success(self) -> bool {
        matches!(self, Self::Exited { code: 0 })
    }

    /// From a shell's status, in which 128 + n stands for signal n.
    pub(crate) fn of_status(status: std::process::ExitStatus) -> Self {
        use std::os::unix::process::ExitStatusExt as _;
        match (status.code(), status.signal()) {
            (Some(code @ 129..=192), _) => Self::Killed { signal: code - 128 },
            (Some(code), _) => Self::Exited { code },
            (None, signal) => Self::Killed { signal: signal.unwrap_or_default() },
        }
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exited { code } => write!(f, "exit status {code}"),
            Self::Killed { signal: 9 } => f.write_str("killed (signal 9)"),
            Self::Killed { signal: 24 } => f.write_str("out of CPU time (signal 24)"),
            Self::Killed { signal } => write!(f, "ended by signal {signal}"),
            Self::TimedOut => f.write_str("timed out"),
            Self::Cancelled => f.write_str("cancelled"),
        }
    }
}

/// What came of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub ended: Ended,
    /// How it was shut in.
    pub isolation: Isolation,
    /// How long it took.
    pub wall: Duration,
    /// Bytes that it wrote.
    pub output: u64,
    /// Whether some of them were dropped, see [`Limits::output`].
    pub output_cut: bool,
}
