//! Runs somebody's script in a working copy, shut in as far as the machine
//! allows.
//!
//! ```no_run
//! use executor::{Cancel, Sandbox, Task};
//!
//! let sandbox = Sandbox::detect(&[]);
//! let mut task = Task::new("make lint", "/srv/work/42");
//! task.variables.push(("BRANCH".to_owned(), "main".to_owned()));
//! let outcome = sandbox.run(&task, &Cancel::new(), |line| eprintln!("{}", line.text))?;
//! assert!(outcome.ended.is_success());
//! # Ok::<(), executor::Error>(())
//! ```
//!
//! # Invariants
//!
//! - With [`Isolation::Bubblewrap`] a script sees the system's programs read-only, its working
//!   copy, and nothing else of the machine: no other directory, process, user or (unless it is
//!   allowed) network.
//! - Without it ([`Isolation::None`]) a script can do whatever the server's user can; the outcome
//!   says so, and so must whoever shows it.
//! - The script's variables never reach a process outside the sandbox.
//! - When [`Sandbox::run`] returns, no process of the script's group is left.
//! - Everything blocks; call it from a thread that may.

mod cancel;
mod launch;
mod lines;
mod run;
mod sandbox;
mod task;

pub use cancel::Cancel;
pub use launch::find;
pub use sandbox::{Isolation, Sandbox, WORKSPACE};
pub use task::{Ended, Limits, LogLine, Outcome, Task};

/// Why a script could not be run at all. That it failed is no error but an [`Outcome`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The task contradicts itself, in words that follow the name of what is wrong.
    #[error("{0}")]
    Invalid(String),
    /// The operating system refused.
    #[error("{context}: {source}")]
    Io {
        /// What was being done.
        context: &'static str,
        /// The operating system's answer.
        source: std::io::Error,
    },
}

impl Error {
    pub(crate) fn io(context: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { context, source }
    }
}

/// The result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;
