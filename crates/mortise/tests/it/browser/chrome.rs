//! A real browser without a screen.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use thirtyfour::{
    CapabilitiesHelper as _, ChromiumLikeCapabilities as _, DesiredCapabilities, WebDriver,
};

const DRIVER: &str = "MORTISE_TEST_CHROMEDRIVER";

/// A running chromedriver; it and its browser end when dropped.
pub(super) struct Driver {
    child: Child,
    port: u16,
}

impl Driver {
    /// Starts one, if there is one on this machine, which CI insists on.
    pub(super) fn start() -> Option<Self> {
        let Some(program) = program() else {
            let unattended = std::env::var("CI").is_ok_and(|value| value == "true");
            assert!(!unattended, "there is no chromedriver, and {DRIVER} names none");
            eprintln!("NOT TESTED: journeys in a browser: there is no chromedriver");
            return None;
        };
        let mut child = Command::new(program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        let port = loop {
            line.clear();
            assert!(said.read_line(&mut line).unwrap() > 0, "chromedriver did not come up");
            let port = line.split_once("started successfully on port ");
            if let Some(port) =
                port.and_then(|(_, port)| port.trim().trim_end_matches('.').parse().ok())
            {
                break port;
            }
        };
        // It must not wait for a reader of what it says later.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Some(Self { child, port })
    }

    /// Opens a browser whose window shows pages of that width in pixels.
    pub(super) async fn open(&self, profile: &Path, width: u32) -> WebDriver {
        let mut wanted = DesiredCapabilities::chrome();
        if let Some(browser) = ["/usr/bin/chromium", "/usr/bin/google-chrome"]
            .into_iter()
            .find(|path| Path::new(path).exists())
        {
            wanted.set_binary(browser).unwrap();
        }
        for argument in [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=en-US",
        ] {
            wanted.add_arg(argument).unwrap();
        }
        wanted.add_arg(&format!("--user-data-dir={}", profile.display())).unwrap();
        wanted.set("goog:loggingPrefs", json!({ "browser": "ALL" })).unwrap();
        let base = format!("http://127.0.0.1:{}", self.port);
        let driver = WebDriver::new(&base, wanted).await.unwrap();
        // A window cannot be as narrow as a telephone; what it shows can.
        let screen = json!({
            "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false
        });
        let target = format!("{base}/session/{}/goog/cdp/execute", driver.handle().session_id());
        let command = json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": screen });
        let answer = reqwest::Client::new().post(target).json(&command).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        assert!(answer["value"]["error"].is_null(), "{answer}");
        driver
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Told to end it ends its browsers; killed it would leave them behind.
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let _ = stream.write_all(b"GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            let _ = stream.read(&mut [0; 64]);
        }
        let asked = Instant::now();
        while self.child.try_wait().is_ok_and(|status| status.is_none()) {
            if asked.elapsed() > Duration::from_secs(5) {
                let _ = self.child.kill();
                let _ = self.child.wait();
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn program() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(DRIVER) {
        return Some(named.into());
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join("chromedriver")).find(|it| it.exists())
}
