//! A running git process: its end, its time limit, the switch that stops it.

use std::{
    io::Read,
    os::unix::process::ExitStatusExt,
    process::{Child, ExitStatus},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use crate::{Error, Result};

/// How much of a command's error output is kept (its end).
const STDERR_KEPT: usize = 16 * 1024;

/// Stops what it was given to, from any thread. Clones share the same switch.
#[derive(Clone, Default)]
pub struct Cancel(Arc<Watch>);

#[derive(Default)]
struct Watch {
    state: Mutex<WatchState>,
    changed: Condvar,
}

#[derive(Default)]
struct WatchState {
    cancelled: bool,
}

impl Watch {
    fn lock(&self) -> MutexGuard<'_, WatchState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cancel {
    /// A switch that is not thrown.
    pub fn new() -> Cancel {
        Cancel::default()
    }

    /// Throws the switch; processes that run under it are killed, later ones do not start.
    pub fn cancel(&self) {
        self.0.lock().cancelled = true;
        self.0.changed.notify_all();
    }

    /// Whether the switch was thrown.
    pub fn is_cancelled(&self) -> bool {
        self.0.lock().cancelled
    }

    /// [`Error::Cancelled`] once the switch was thrown.
    ///
    /// # Errors
    /// As said.
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }
}

impl std::fmt::Debug for Cancel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Cancel").field(&self.is_cancelled()).finish()
    }
}

/// A git process under tokio; dropping it kills its whole group.
pub(crate) struct AsyncProcess {
    child: tokio::process::Child,
    name: &'static str,
}

impl AsyncProcess {
    pub(crate) fn new(child: tokio::process::Child, name: &'static str) -> AsyncProcess {
        AsyncProcess { child, name }
    }

    pub(crate) fn stdin(&mut self) -> Option<tokio::process::ChildStdin> {
        self.child.stdin.take()
    }

    pub(crate) fn stdout(&mut self) -> Option<tokio::process::ChildStdout> {
        self.child.stdout.take()
    }

    pub(crate) fn stderr(&mut self) -> Option<tokio::process::ChildStderr> {
        self.child.stderr.take()
    }

    /// Waits for the end; a bad one is an error that carries `stderr`.
    pub(crate) async fn wait(&mut self, stderr: &[u8]) -> Result<()> {
        let status = self.child.wait().await.map_err(Error::io("cannot wait for git"))?;
        if status.success() { Ok(()) } else { Err(failure(self.name, status, stderr)) }
    }
}

impl Drop for AsyncProcess {
    fn drop(&mut self) {
        // `id` is gone once the process was waited for, so the number is still ours here.
        if let Some(pid) = self.child.id().and_then(|id| Pid::from_raw(id.cast_signed())) {
            kill_group(pid);
        }
    }
}

pub(crate) fn failure(name: &str, status: ExitStatus, stderr: &[u8]) -> Error {
    let status = match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "unknown end".to_owned(),
    };
    Error::Process {
        command: name.to_owned(),
        status,
        stderr: String::from_utf8_lossy(stderr).trim().to_owned(),
    }
}

fn kill_group(pid: Pid) {
    // Only fails when the group is gone already.
    let _ = kill_process_group(pid, Signal::KILL);
}

/// Reads to the end and keeps the last [`STDERR_KEPT`] bytes.
pub(crate) fn keep_end(mut pipe: impl Read) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(count @ 1..) = pipe.read(&mut chunk) {
        kept.extend_from_slice(&chunk[..count]);
        if kept.len() > 2 * STDERR_KEPT {
            kept.drain(..kept.len() - STDERR_KEPT);
        }
    }
    kept
}

/// A child that this thread waits for.
pub(crate) struct Running {
    pub(crate) child: Child,
    reaped: bool,
}

impl Running {
    pub(crate) fn new(child: Child) -> Running {
        Running { child, reaped: false }
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Waits for the end. The watcher is told before the process is reaped, so that it can never
    /// signal a number that belongs to somebody else by then.
    pub(crate) fn wait(&mut self, watcher: &Watcher) -> Result<ExitStatus> {
        while let Err(error) =
            waitid(WaitId::Pid(self.pid()), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)
        {
            if error != rustix::io::Errno::INTR {
                return Err(Error::io("cannot wait for git")(error.into()));
            }
        }
        watcher.leave();
        let status = self.child.wait().map_err(Error::io("cannot wait for git"))?;
        self.reaped = true;
        Ok(status)
    }

    /// Kills the whole group.
    pub(crate) fn kill(&mut self, watcher: &Watcher) {
        watcher.leave();
        kill_group(self.pid());
        drop(self.child.wait());
        self.reaped = true;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.reaped {
            kill_group(self.pid());
            drop(self.child.wait());
        }
    }
}

/// Why a watcher has killed its group.
pub(crate) enum Stopped {
    Cancelled,
    TimedOut,
}

/// A thread that kills the group when the time is up or the switch is thrown.
pub(crate) struct Watcher {
    thread: thread::JoinHandle<Option<Stopped>>,
    left: Arc<Mutex<bool>>,
    watch: Arc<Watch>,
}

impl Watcher {
    pub(crate) fn start(cancel: &Cancel, pid: Pid, timeout: Duration) -> Watcher {
        let left = Arc::new(Mutex::new(false));
        let watch = Arc::clone(&cancel.0);
        let deadline = Instant::now() + timeout;
        let thread = thread::spawn({
            let (left, watch) = (Arc::clone(&left), Arc::clone(&watch));
            move || {
                let mut state = watch.lock();
                loop {
                    // Held while killing: `leave` cannot return in between.
                    let left = left.lock().unwrap_or_else(PoisonError::into_inner);
                    if *left {
                        return None;
                    }
                    let remaining = deadline.saturating_duration_since(Instant::now());
                    if state.cancelled || remaining.is_zero() {
                        kill_group(pid);
                        return Some(if state.cancelled {
                            Stopped::Cancelled
                        } else {
                            Stopped::TimedOut
                        });
                    }
                    drop(left);
                    state = watch
                        .changed
                        .wait_timeout(state, remaining)
                        .unwrap_or_else(PoisonError::into_inner)
                        .0;
                }
            }
        });
        Watcher { thread, left, watch }
    }

    /// From here on the process is not signalled any more.
    fn leave(&self) {
        // With the state locked, the watcher is either waiting or has yet to look at `left`.
        let _state = self.watch.lock();
        *self.left.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.watch.changed.notify_all();
    }

    pub(crate) fn finish(self) -> Option<Stopped> {
        self.leave();
        self.thread.join().ok().flatten()
    }
}
