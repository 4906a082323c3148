//! Servers and directories that must not outlive us.
//!
//! A destructor does not run when the terminal's Ctrl-C or a time limit ends
//! this process. So every server gets a watchdog: a small shell that waits for
//! the end of a pipe whose other end only we hold. However we end, the pipe
//! closes, and the watchdog stops the server and removes its directory.

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Ends the server with the signal, hard after ten seconds, then whatever it
/// left behind in its group, and removes the directory. Arguments: directory,
/// signal, process id. A server that nobody has waited for yet is a zombie.
const WATCHDOG: &str = r#"
dir=$1 signal=$2 pid=$3 n=0
read -r _ || true
kill -s "$signal" "$pid" 2>/dev/null
while kill -0 "$pid" 2>/dev/null && ! grep -q '^State:.Z' "/proc/$pid/status"; do
  n=$((n + 1))
  if [ "$n" -gt 200 ]; then break; fi
  sleep 0.05
done
kill -s KILL -- "-$pid" 2>/dev/null
rm -rf -- "$dir"
"#;

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
        let watchdog = Command::new("sh")
            .args(["-c", WATCHDOG, "watchdog"])
            .arg(dir)
            .args([signal, &child.id().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        match watchdog {
            Ok(watchdog) => Ok(Self { child, watchdog }),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(error).context("cannot start the watchdog")
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
