//! Starting a process group, listening to it, and ending it.

use std::io::Read as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};

use crate::lines::Lines;
use crate::{Cancel, Ended, Error, Isolation, LogLine, Outcome, Result};

/// How long after the script's end its output is waited for. Only a process that left the group
/// without isolation can hold it open that long.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What one run may hear of.
pub(crate) enum Happening {
    /// It wrote something.
    Wrote(Vec<u8>),
    /// It wrote so many bytes beyond its limit.
    Dropped(u64),
    /// Nobody is left who could write.
    Silent,
    /// The script has ended, but is not yet reaped.
    Ended,
    /// Somebody wants it to end.
    Cancelled,
}

/// A command that is ready to start.
pub(crate) struct Program {
    pub(crate) command: Command,
    pub(crate) wall: Duration,
    pub(crate) output: u64,
}

/// Runs the program. The calling thread is its parent until it has ended: the sandbox dies with
/// that thread.
pub(crate) fn supervise(
    mut program: Program,
    cancel: &Cancel,
    isolation: Isolation,
    line: &mut dyn FnMut(LogLine),
) -> Result<Outcome> {
    let started = Instant::now();
    let (sender, happenings) = channel();
    let mut log = Log { lines: Lines::default(), started, line, bytes: 0, dropped: 0 };
    if !cancel.tell(sender.clone()) {
        return Ok(log.outcome(Ended::Cancelled, isolation));
    }
    let (output, input) = std::io::pipe().map_err(Error::io("cannot make a pipe"))?;
    program
        .command
        .stdin(Stdio::null())
        .stdout(input.try_clone().map_err(Error::io("cannot make a pipe"))?)
        .stderr(input)
        .process_group(0);
    let child = program.command.spawn().map_err(Error::io("cannot start the script"))?;
    // The command holds the writing ends; as long as it lives the pipe does not end.
    drop(program.command);
    let group = Group::of(child)?;
    listen(output, program.output, sender.clone());
    wait(group.pid, sender);

    let reason = attend(&happenings, &mut log, started + program.wall);
    let status = group.end()?;
    log.drain(&happenings);
    let ended = match reason {
        Reason::Ended => Ended::of_status(status),
        Reason::Cancelled => Ended::Cancelled,
        Reason::TimedOut => Ended::TimedOut,
    };
    Ok(log.outcome(ended, isolation))
}

enum Reason {
    Ended,
    Cancelled,
    TimedOut,
}

fn attend(happenings: &Receiver<Happening>, log: &mut Log<'_>, deadline: Instant) -> Reason {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match happenings.recv_timeout(left) {
            Ok(Happening::Wrote(bytes)) => log.push(&bytes),
            Ok(Happening::Dropped(bytes)) => log.dropped += bytes,
            Ok(Happening::Silent) => {}
            Ok(Happening::Ended) | Err(RecvTimeoutError::Disconnected) => return Reason::Ended,
            Ok(Happening::Cancelled) => return Reason::Cancelled,
            Err(RecvTimeoutError::Timeout) => return Reason::TimedOut,
        }
        // A script that never stops writing must not keep the clock from being looked at.
        if Instant::now() >= deadline {
            return Reason::TimedOut;
        }
    }
}

/// The script's process and its group, of which it is the leader. Killed when dropped.
struct Group {
    child: Child,
    pid: Pid,
    reaped: bool,
}

impl Group {
    fn of(child: Child) -> Result<Self> {
        let pid = i32::try_from(child.id())
            .ok()
            .and_then(Pid::from_raw)
            .ok_or_else(|| Error::Invalid("the script's process has no number".to_owned()))?;
        Ok(Self { child, pid, reaped: false })
    }

    /// Kills whoever is left and reaps the leader. Until it is reaped its number, and so the
    /// group's, cannot be given to anybody else.
    fn end(mut self) -> Result<std::process::ExitStatus> {
        self.kill();
        let status = self.child.wait().map_err(Error::io("cannot wait for the script"))?;
        self.reaped = true;
        Ok(status)
    }

    fn kill(&self) {
        // That nobody is left is fine.
        let _ = rustix::process::kill_process_group(self.pid, Signal::KILL);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !self.reaped {
            self.kill();
            drop(self.child.wait());
        }
    }
}

/// Hands on up to `limit` bytes and only counts what comes after them, so that whoever writes
/// faster than we log cannot fill our memory.
fn listen(mut output: std::io::PipeReader, limit: u64, to: Sender<Happening>) {
    thread::spawn(move || {
        let mut buffer = vec![0_u8; 16 * 1024];
        let (mut room, mut dropped) = (limit, 0);
        loop {
            match output.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => {
                    let shown = count.min(usize::try_from(room).unwrap_or(usize::MAX));
                    room -= shown as u64;
                    dropped += (count - shown) as u64;
                    if shown > 0 && to.send(Happening::Wrote(buffer[..shown].to_vec())).is_err() {
                        return;
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        drop(to.send(Happening::Dropped(dropped)));
        drop(to.send(Happening::Silent));
    });
}

/// Tells when the process has ended, and leaves it to be reaped.
fn wait(pid: Pid, to: Sender<Happening>) {
    thread::spawn(move || {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while let Err(rustix::io::Errno::INTR) = rustix::process::waitid(WaitId::Pid(pid), options)
        {
        }
        drop(to.send(Happening::Ended));
    });
}

struct Log<'a> {
    lines: Lines,
    started: Instant,
    line: &'a mut dyn FnMut(LogLine),
    bytes: u64,
    dropped: u64,
}

impl Log<'_> {
    fn push(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        let after = self.started.elapsed();
        let line = &mut self.line;
        self.lines.push(bytes, |text| line(LogLine { after, text }));
    }

    /// What was written before the end but not yet heard of.
    fn drain(&mut self, happenings: &Receiver<Happening>) {
        let until = Instant::now() + LAST_WORDS;
        loop {
            match happenings.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(Happening::Wrote(bytes)) => self.push(&bytes),
                Ok(Happening::Dropped(bytes)) => self.dropped += bytes,
                Ok(Happening::Ended | Happening::Cancelled) => {}
                Ok(Happening::Silent) | Err(_) => break,
            }
        }
        let after = self.started.elapsed();
        let line = &mut self.line;
        self.lines.finish(|text| line(LogLine { after, text }));
    }

    fn outcome(&self, ended: Ended, isolation: Isolation) -> Outcome {
        Outcome {
            ended,
            isolation,
            wall: self.started.elapsed(),
            output: self.bytes + self.dropped,
            output_cut: self.dropped > 0,
        }
    }
}
