//! Servers and directories that must not outlive us.
//!
//! A destructor does not run when the terminal's Ctrl-C or a time limit ends
//! this process. So every server gets a watchdog: a small shell that waits for
//! the end of a pipe whose other end only we hold. However we end, the pipe
//! closes, and the watchdog stops the server and removes its directory.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Ends the server, if there is one, with the signal, hard after ten seconds,
/// then whatever it left behind in its group, and removes the directory.
/// Arguments: directory, signal, process id. A server that nobody has waited
/// for yet is a zombie.
const WATCHDOG: &str = r#"
dir=$1 signal=$2 pid=$3 n=0
read -r _ || true
if [ -n "$pid" ]; then
  kill -s "$signal" "$pid" 2>/dev/null
  while kill -0 "$pid" 2>/dev/null && ! grep -q '^State:.Z' "/proc/$pid/status"; do
    n=$((n + 1))
    if [ "$n" -gt 200 ]; then break; fi
    sleep 0.05
  done
  kill -s KILL -- "-$pid" 2>/dev/null
fi
rm -rf -- "$dir"
"#;

fn watchdog(dir: &Path, signal: &str, pid: &str) -> Result<Child> {
    Command::new("sh")
        .args(["-c", WATCHDOG, "watchdog"])
        .arg(dir)
        .args([signal, pid])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .context("cannot start the watchdog")
}

/// A temporary directory that ends with this value, or with this process.
pub(crate) struct Scratch {
    dir: PathBuf,
    watchdog: Child,
}

impl Scratch {
    /// Makes one.
    ///
    /// # Errors
    /// There is no place for it, or the watchdog cannot be started.
    pub(crate) fn new(prefix: &str) -> Result<Self> {
        let dir = tempfile::Builder::new().prefix(prefix).tempdir()?;
        let watchdog = watchdog(dir.path(), "", "")?;
        Ok(Self { dir: dir.keep(), watchdog })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.dir
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

/// A temporary directory and the server that works in it. Both end with this
/// value, or with this process.
pub(crate) struct Server {
    child: Child,
    watchdog: Child,
}

impl Server {
    /// Starts the command, which owns `dir` from now on. `signal` is the one
    /// that ends it in good order, as `kill -s` knows it.
    ///
    /// # Errors
    /// The program or the watchdog cannot be started.
    pub(crate) fn start(mut command: Command, dir: &Path, signal: &str) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        // Its own group, so that the terminal's Ctrl-C ends it through the
        // watchdog, in good order, and not half way.
        let mut child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        match watchdog(dir, signal, &child.id().to_string()) {
            Ok(watchdog) => Ok(Self { child, watchdog }),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(error)
            }
        }
    }

    /// The server's process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks `ready` until it agrees.
    ///
    /// # Errors
    /// The server ended, or was not ready in time; with what `log` names.
    pub(crate) fn wait_until(
        &mut self,
        limit: Duration,
        log: &Path,
        ready: impl Fn() -> bool,
    ) -> Result<()> {
        let start = Instant::now();
        while !ready() {
            let ended = self.child.try_wait()?;
            if ended.is_some() || start.elapsed() > limit {
                let text = std::fs::read_to_string(log).unwrap_or_default();
                let state =
                    ended.map_or("is not ready".to_owned(), |status| format!("ended: {status}"));
                bail!("the server {state} after {:.1} s\n{text}", start.elapsed().as_secs_f64());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
        let _ = self.child.wait();
    }
}

/// A port on the loopback address that was free a moment ago.
pub(crate) fn free_port() -> Result<u16> {
    let socket = std::net::TcpListener::bind(("127.0.0.1", 0)).context("no free port")?;
    Ok(socket.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scratch_directory_ends_with_its_value() {
        let scratch = Scratch::new("mortise-xtask-test-").expect("a directory");
        let path = scratch.path().to_path_buf();
        std::fs::write(path.join("file"), "text").expect("a file");
        drop(scratch);
        assert!(!path.exists());
    }

    #[test]
    fn a_server_ends_with_its_value_and_takes_its_children_along() {
        let dir = tempfile::tempdir().expect("a directory").keep();
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 600 & echo $! > pid; wait"]).current_dir(&dir);
        let mut server = Server::start(command, &dir, "TERM").expect("a shell");
        let file = dir.join("pid");
        let written = || std::fs::read_to_string(&file).is_ok_and(|text| text.ends_with('\n'));
        server.wait_until(Duration::from_secs(10), &file, written).expect("its child's number");
        let child = std::fs::read_to_string(&file).expect("its child's number");
        drop(server);
        assert!(!dir.exists());
        let stat = format!("/proc/{}/stat", child.trim());
        let lives = || std::fs::read_to_string(&stat).is_ok_and(|text| !text.contains(") Z "));
        let start = Instant::now();
        while lives() {
            assert!(start.elapsed() < Duration::from_secs(5), "the child lives on");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}
