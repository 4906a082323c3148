//! What we compare with: `git http-backend` behind nginx and fcgiwrap, the
//! usual way to serve git over HTTP without a product.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::process::cpu_seconds;
use super::target::Target;
use crate::lifetime::{Server, free_port};
use crate::postgres::we_are_root;
use crate::workspace::find_program;

/// The two servers of the other side. nginx stops before fcgiwrap.
pub(super) struct Backend {
    nginx: Server,
    fcgiwrap: Server,
    repositories: PathBuf,
    /// Where the counting wrapper writes what each request used.
    counted: PathBuf,
    port: u16,
}

/// fcgiwrap does not wait for the programs it runs, so their processor time
/// is lost to it. Requests whose time is wanted go through this wrapper; it
/// writes user and system seconds of the backend and all that it ran.
const WRAPPER: &str = r#"#!/bin/bash
TIMEFORMAT='%3U %3S'
{ time BACKEND 2>&3; } 3>&2 2>>FILE
"#;

impl Backend {
    /// Starts both on the loopback address, in temporary directories.
    ///
    /// # Errors
    /// One of the programs is not there or does not start.
    pub(super) fn start() -> Result<Self> {
        let backend = git_http_backend()?;
        let dir = directory("fcgiwrap")?;
        let repositories = dir.join("repositories");
        fs::create_dir(&repositories)?;
        let counted = dir.join("counted");
        let wrapper = dir.join("counting-backend");
        let text = WRAPPER.replace("BACKEND", &backend.to_string_lossy());
        fs::write(&wrapper, text.replace("FILE", &counted.to_string_lossy()))?;
        fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755))?;
        let socket = dir.join("socket");
        let log = dir.join("log");
        let mut command = Command::new(program("fcgiwrap")?);
        // One for each of the clients that ask at once.
        command.args(["-c", "32", "-s"]).arg(format!("unix:{}", socket.display()));
        // Nobody's own settings may change what is measured.
        command.env("HOME", &dir).env("GIT_CONFIG_NOSYSTEM", "1").current_dir(&dir);
        command.stdout(File::create(&log)?).stderr(File::options().append(true).open(&log)?);
        let mut fcgiwrap = Server::start(command, &dir, "TERM")?;
        let answers = || UnixStream::connect(&socket).is_ok();
        fcgiwrap.wait_until(Duration::from_secs(10), &log, answers)?;

        let dir = directory("nginx")?;
        let port = free_port()?;
        let config = dir.join("nginx.conf");
        let locations = [("/counted", &wrapper), ("", &backend)]
            .map(|(prefix, program)| location(prefix, &socket, program, &repositories))
            .concat();
        fs::write(&config, configuration(&dir, port, &locations)?)?;
        let log = dir.join("error.log");
        let mut command = Command::new(program("nginx")?);
        command.arg("-p").arg(&dir).arg("-c").arg(&config).arg("-e").arg(&log);
        let mut nginx = Server::start(command, &dir, "QUIT")?;
        let answers = || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
        nginx.wait_until(Duration::from_secs(10), &log, answers)?;
        Ok(Self { nginx, fcgiwrap, repositories, counted, port })
    }

    /// The server with repositories that are configured in one way.
    pub(super) fn variant<'a>(&'a self, name: &'a str, config: &'a [(&str, &str)]) -> Variant<'a> {
        Variant { backend: self, name, config }
    }
}

/// The backend, with one configuration of its repositories.
pub(super) struct Variant<'a> {
    backend: &'a Backend,
    name: &'a str,
    config: &'a [(&'a str, &'a str)],
}

impl Variant<'_> {
    /// The directory of a repository.
    fn file(&self, name: &str) -> String {
        format!("{}-{name}.git", self.name.replace(' ', "-"))
    }
}

impl Target for Variant<'_> {
    fn name(&self) -> &str {
        self.name
    }

    fn pids(&self) -> Vec<u32> {
        vec![self.backend.nginx.pid(), self.backend.fcgiwrap.pid()]
    }

    fn remove(&self, name: &str) -> Result<()> {
        Ok(std::fs::remove_dir_all(self.backend.repositories.join(self.file(name)))?)
    }

    fn create(&self, name: &str) -> Result<String> {
        let name = self.file(name);
        let path = self.backend.repositories.join(&name);
        super::git(&["init", "--quiet", "--bare", "--initial-branch=main"], &[&path])?;
        let fixed = [
            ("http.receivepack", "true"),
            ("receive.autogc", "false"),
            ("gc.auto", "0"),
            ("uploadpack.allowFilter", "true"),
        ];
        for (key, value) in fixed.iter().chain(self.config) {
            super::git_in(&path, &["config", key, value])?;
        }
        Ok(format!("http://127.0.0.1:{}/{name}", self.backend.port))
    }

    fn credentials(&self) -> Option<(&str, &str)> {
        None
    }

    fn counted(&self, url: &str) -> String {
        let port = self.backend.port;
        url.replacen(&format!(":{port}/"), &format!(":{port}/counted/"), 1)
    }

    fn cpu_seconds(&self) -> Result<f64> {
        let counted = match fs::read_to_string(&self.backend.counted) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error.into()),
        };
        let seconds = counted.split_whitespace().filter_map(|word| word.parse::<f64>().ok());
        Ok(seconds.sum::<f64>() + cpu_seconds(&self.pids()))
    }
}

fn directory(what: &str) -> Result<PathBuf> {
    let dir = tempfile::Builder::new().prefix(&format!("mortise-bench-{what}-")).tempdir()?;
    Ok(dir.keep())
}

fn program(name: &str) -> Result<PathBuf> {
    find_program(name).with_context(|| format!("there is no {name}"))
}

fn git_http_backend() -> Result<PathBuf> {
    let output = Command::new("git").arg("--exec-path").output().context("git")?;
    let path = PathBuf::from(String::from_utf8(output.stdout)?.trim()).join("git-http-backend");
    ensure!(path.exists(), "there is no {}", path.display());
    Ok(path)
}

/// The addresses below `prefix`. Requests and answers are streamed, as
/// `git http-backend` is fastest so.
fn location(prefix: &str, socket: &Path, program: &Path, repositories: &Path) -> String {
    format!(
        r#"
    location ~ ^{prefix}(/.*)$ {{
      fastcgi_pass unix:{socket};
      fastcgi_buffering off;
      fastcgi_request_buffering off;
      fastcgi_read_timeout 600;
      fastcgi_param SCRIPT_FILENAME {program};
      fastcgi_param GIT_PROJECT_ROOT {repositories};
      fastcgi_param GIT_HTTP_EXPORT_ALL "";
      fastcgi_param GIT_PROTOCOL $http_git_protocol;
      fastcgi_param PATH_INFO $1;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param CONTENT_TYPE $content_type;
      fastcgi_param CONTENT_LENGTH $content_length;
      fastcgi_param REMOTE_ADDR $remote_addr;
      fastcgi_param SERVER_PROTOCOL $server_protocol;
    }}
"#,
        socket = socket.display(),
        program = program.display(),
        repositories = repositories.display(),
    )
}

fn configuration(dir: &Path, port: u16, locations: &str) -> Result<String> {
    let dir = dir.display();
    // A worker of another account could not open the socket.
    let user = if we_are_root()? { "user root;" } else { "" };
    Ok(format!(
        r#"{user}
daemon off;
worker_processes 2;
pid {dir}/pid;
error_log {dir}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_max_body_size 0;
  client_body_temp_path {dir}/body;
  proxy_temp_path {dir}/proxy;
  fastcgi_temp_path {dir}/fastcgi;
  uwsgi_temp_path {dir}/uwsgi;
  scgi_temp_path {dir}/scgi;
  server {{
    listen 127.0.0.1:{port};
{locations}
  }}
}}
"#
    ))
}
