//! Mortise itself under measurement, spoken to as any other tool would.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::PRODUCT;
use super::process::resident_mb;
use super::report::{Report, Sample};
use super::target::Target;
use crate::lifetime::{Server, free_port};

/// The first account of an installation.
const ADMIN: &str = "admin";
/// The project that repositories are made in.
const PROJECT: &str = "bench";
/// How many times an installation that exists is started to see how long
/// that takes.
const STARTS: usize = 10;

/// A running server with one project.
pub(super) struct Product {
    server: Server,
    binary: PathBuf,
    data: PathBuf,
    port: u16,
    token: String,
    project: i64,
}

impl Product {
    /// Starts the server on a fresh data directory, several times to see how
    /// long that takes, and leaves it running with a token and a project.
    ///
    /// # Errors
    /// It does not start, or does not do what its contract says.
    pub(super) fn start(report: &mut Report, binary: &Path) -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("mortise-bench-product-").tempdir()?;
        let data = dir.path().join("data");
        let log = dir.path().join("log");
        report.single("first start to /healthz", "ms", one_start(binary, &data, &log)?);
        let mut starts = Sample::default();
        for _ in 0..STARTS {
            starts.push(one_start(binary, &data, &log)?);
        }
        report.single("start to /healthz", "ms", starts);

        let port = free_port()?;
        let command = serve(binary, &data, &log, port)?;
        let mut server = Server::start(command, &dir.keep(), "TERM")?;
        server.wait_until(Duration::from_secs(30), &log, || healthy(port))?;
        std::thread::sleep(Duration::from_secs(10));
        report.single("resident when idle", "MB", resident_mb(server.pid())?);

        let mut product = Self {
            server,
            binary: binary.to_path_buf(),
            data,
            port,
            token: String::new(),
            project: 0,
        };
        product.token =
            product.command(&["token", "create", "--user", ADMIN, "--name", "bench"])?;
        product.project = product.create_project(PROJECT)?;
        Ok(product)
    }

    /// Runs one of the binary's commands on the server's data; what it prints.
    ///
    /// # Errors
    /// The command fails.
    pub(super) fn command(&self, words: &[&str]) -> Result<String> {
        let output = Command::new(&self.binary)
            .args(words)
            .arg("--data-dir")
            .arg(&self.data)
            .stdin(Stdio::null())
            .output()
            .context("cannot run the binary")?;
        ensure!(
            output.status.success(),
            "mortise {}: {}",
            words.join(" "),
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// Makes a project and returns its number.
    pub(super) fn create_project(&self, name: &str) -> Result<i64> {
        let answer = self.action(&json!({
            "Action": "CreateCodingProject",
            "Name": name,
            "DisplayName": name,
            "ProjectTemplate": "DEV_OPS",
        }))?;
        answer["ProjectId"].as_i64().context("CreateCodingProject returns no ProjectId")
    }

    /// Makes a repository in a project and returns its URL.
    pub(super) fn create_depot(&self, id: i64, project: &str, name: &str) -> Result<String> {
        let body = json!({"Action": "CreateGitDepot", "ProjectId": id, "DepotName": name});
        self.action(&body)?;
        Ok(self.url(&format!("/mortise/{project}/{name}.git")))
    }

    /// The number of the project that repositories are made in.
    pub(super) fn project(&self) -> i64 {
        self.project
    }

    /// Where the indexes of code search lie.
    pub(super) fn indexes(&self) -> PathBuf {
        self.data.join("search")
    }

    pub(super) fn token(&self) -> &str {
        &self.token
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Calls an action of the CODING dialect; what stands in `Response`.
    ///
    /// # Errors
    /// The answer is an error.
    pub(super) fn action(&self, body: &Value) -> Result<Value> {
        let authorization = format!("Authorization: token {}", self.token);
        let answer = self.request("POST", "/open-api", &authorization, Some(body))?;
        let response = &answer["Response"];
        ensure!(response["Error"].is_null() && !response.is_null(), "{body}: {answer}");
        Ok(response.clone())
    }

    /// Sends one request and reads the JSON that it is answered with.
    ///
    /// # Errors
    /// The status is not one of success, or the answer is not JSON.
    pub(super) fn request(
        &self,
        method: &str,
        path: &str,
        header: &str,
        body: Option<&Value>,
    ) -> Result<Value> {
        let mut command = Command::new("curl");
        command.args(["--silent", "--show-error", "--fail-with-body", "--request", method]);
        command.args(["--header", header, "--header", "Content-Type: application/json"]);
        if let Some(body) = body {
            command.args(["--data-raw", &body.to_string()]);
        }
        let output = command.arg(self.url(path)).stdin(Stdio::null()).output().context("curl")?;
        let text = String::from_utf8_lossy(&output.stdout);
        ensure!(
            output.status.success(),
            "{method} {path}: {text} {}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_str(&text).with_context(|| format!("{method} {path}: {text}"))
    }
}

impl Target for Product {
    fn name(&self) -> &'static str {
        PRODUCT
    }

    fn pids(&self) -> Vec<u32> {
        vec![self.server.pid()]
    }

    fn keeps_house(&self) -> bool {
        true
    }

    fn create(&self, name: &str) -> Result<String> {
        self.create_depot(self.project, PROJECT, name)
    }

    fn remove(&self, name: &str) -> Result<()> {
        let path = format!("mortise/{PROJECT}/{name}");
        self.action(&json!({"Action": "DeleteGitDepot", "DepotPath": path})).map(drop)
    }

    fn credentials(&self) -> Option<(&str, &str)> {
        Some((ADMIN, &self.token))
    }
}

fn serve(binary: &Path, data: &Path, log: &Path, port: u16) -> Result<Command> {
    let mut command = Command::new(binary);
    command.arg("serve").arg("--data-dir").arg(data);
    command.args(["--listen", &format!("127.0.0.1:{port}")]);
    command.args(["--ssh-listen", &format!("127.0.0.1:{}", free_port()?)]);
    let log = File::options().create(true).append(true).open(log)?;
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    Ok(command)
}

/// Milliseconds from the start of the process to the first good answer.
fn one_start(binary: &Path, data: &Path, log: &Path) -> Result<f64> {
    let port = free_port()?;
    let mut command = serve(binary, data, log, port)?;
    let start = Instant::now();
    let mut child = command.spawn().context("cannot start the binary")?;
    let mut ready = None;
    while ready.is_none() && start.elapsed() < Duration::from_secs(30) {
        if healthy(port) {
            ready = Some(start.elapsed());
        } else if let Some(status) = child.try_wait()? {
            bail!("mortise ended: {status}\n{}", std::fs::read_to_string(log)?);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let _ = Command::new("kill").arg(child.id().to_string()).status();
    let stopped = Instant::now();
    while child.try_wait()?.is_none() {
        if stopped.elapsed() > Duration::from_secs(10) {
            child.kill()?;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let ready = ready.context("mortise was not ready after 30 s")?;
    Ok(ready.as_secs_f64() * 1000.0)
}

/// Whether the server says that it is ready.
fn healthy(port: u16) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}
