//! A git server under measurement, and the requests that it is sent.
//!
//! What a git client does itself is kept out of the figures: the bodies of
//! the requests are made before and sent with curl, which reports the time
//! from the first byte sent to the last one received.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::process::cpu_seconds;

/// Housekeeping begins so long after a push.
const HOUSEKEEPING: Duration = Duration::from_secs(50);
/// Jobs are done when the server was idle for so long.
const QUIET: Duration = Duration::from_secs(2);

/// A server that hosts repositories over smart HTTP.
pub(super) trait Target: Sync {
    /// Its column in the table.
    fn name(&self) -> &str;
    /// The roots of its families of processes.
    fn pids(&self) -> Vec<u32>;
    /// The address of the same repository at which the processor time of a
    /// request is counted completely, if that is another one.
    fn counted(&self, url: &str) -> String {
        url.to_owned()
    }
    /// Processor seconds used since the start, for what was asked at
    /// [`Target::counted`] addresses and by the servers themselves.
    fn cpu_seconds(&self) -> Result<f64> {
        Ok(cpu_seconds(&self.pids()))
    }
    /// Makes an empty repository and returns its URL.
    fn create(&self, name: &str) -> Result<String>;
    /// Removes the repository that was created with this name, so that nothing
    /// is done for it any more.
    fn remove(&self, name: &str) -> Result<()>;
    /// User and password, where it asks for them.
    fn credentials(&self) -> Option<(&str, &str)>;

    /// Whether it looks after its repositories by itself.
    fn keeps_house(&self) -> bool {
        false
    }

    /// Waits until the server has nothing more to do: after `housekeeping`
    /// with that of the repositories, too.
    fn settle(&self, housekeeping: bool) {
        if housekeeping && self.keeps_house() {
            std::thread::sleep(HOUSEKEEPING);
        }
        let used = || cpu_seconds(&self.pids());
        let (start, mut before, mut quiet) = (Instant::now(), used(), Instant::now());
        while quiet.elapsed() < QUIET && start.elapsed() < Duration::from_secs(300) {
            std::thread::sleep(QUIET / 10);
            let now = used();
            // What polling costs is not work.
            if now - before > 0.02 {
                quiet = Instant::now();
            }
            before = now;
        }
    }

    /// The repository's URL as a git client takes it.
    fn client_url(&self, url: &str) -> String {
        match self.credentials() {
            Some((user, password)) => url.replacen("://", &format!("://{user}:{password}@"), 1),
            None => url.to_owned(),
        }
    }
}

/// What curl says about one request.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) milliseconds: f64,
    pub(super) bytes: f64,
}

/// Sends one request of the smart protocol, and keeps the answer in a file if
/// one is named.
///
/// # Errors
/// The answer's status is not 200.
pub(super) fn post(
    target: &dyn Target,
    url: &str,
    service: &str,
    body: &Path,
    keep: Option<&Path>,
) -> Result<Answer> {
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--http1.1", "--request", "POST"]);
    command.args(["--write-out", "%{http_code} %{time_total} %{size_download}", "--output"]);
    command.arg(keep.unwrap_or(Path::new("/dev/null")));
    command.args(["--header", &format!("Content-Type: application/x-{service}-request")]);
    command.args(["--header", "Expect:"]);
    if service == "git-upload-pack" {
        command.args(["--header", "Git-Protocol: version=2"]);
    }
    if let Some((user, password)) = target.credentials() {
        command.args(["--user", &format!("{user}:{password}")]);
    }
    // Without --data-binary's copy in memory: a push may be large.
    command.args(["--header", "Transfer-Encoding:", "--upload-file"]).arg(body);
    command.arg(format!("{url}/{service}"));
    let output = command.stdin(Stdio::null()).output().context("curl")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let fields: Vec<f64> = text.split(' ').filter_map(|field| field.parse().ok()).collect();
    ensure!(
        fields.len() == 3 && fields[0].round() == 200.0,
        "{}: POST {url}/{service}: {text} {}",
        target.name(),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(Answer { milliseconds: fields[1] * 1000.0, bytes: fields[2] })
}

/// One packet of the smart protocol: its length in four hexadecimal digits,
/// itself included, then the data.
pub(super) fn packet(data: &str) -> String {
    format!("{:04x}{data}", data.len() + 4)
}

/// The request with which a client fetches `want` and has `have`, with further
/// arguments of the `fetch` command (`deepen 1`, `filter blob:none`).
pub(super) fn fetch_request(want: &str, have: Option<&str>, further: &[&str]) -> String {
    let mut body = packet("command=fetch\n") + &packet("object-format=sha1\n") + "0001";
    for line in ["thin-pack", "no-progress", "ofs-delta"].iter().chain(further) {
        body += &packet(&format!("{line}\n"));
    }
    body += &packet(&format!("want {want}\n"));
    if let Some(have) = have {
        body += &packet(&format!("have {have}\n"));
    }
    body + &packet("done\n") + "0000"
}

/// Sends a push and sees that the server says it took it.
///
/// # Errors
/// It did not.
pub(super) fn push(target: &dyn Target, url: &str, body: &Path, scratch: &Path) -> Result<Answer> {
    let kept = scratch.join("report");
    let answer = post(target, url, "git-receive-pack", body, Some(&kept))?;
    let report = std::fs::read(&kept)?;
    let report = String::from_utf8_lossy(&report);
    ensure!(
        report.contains("unpack ok") && report.contains("ok refs/heads/"),
        "{}: push to {url}: {report}",
        target.name()
    );
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_count_themselves() {
        assert_eq!(packet("done\n"), "0009done\n");
        let request = fetch_request("a", Some("b"), &[]);
        assert!(request.starts_with("0012command=fetch\n") && request.ends_with("0009done\n0000"));
    }
}
