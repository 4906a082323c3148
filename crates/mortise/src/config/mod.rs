//! What is in force: flags over environment over file over default.

mod flags;
mod layers;
mod settings;

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use api_zadig::{CodeHost, Names};
use blob::S3Options;
use call::{Permits, Reach};
use db::DbOptions;

pub(crate) use flags::{Beside, Flags};
pub(crate) use layers::Layers;
use layers::Source;

/// The settings as the program uses them.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) data_dir: PathBuf,
    pub(crate) listen: String,
    pub(crate) team: String,
    pub(crate) database: DbOptions,
    pub(crate) public_url: Option<String>,
    /// `None` where SSH is switched off.
    pub(crate) ssh_listen: Option<SshListen>,
    pub(crate) ssh_address: Option<String>,
    pub(crate) log: String,
    pub(crate) log_format: LogFormat,
    pub(crate) job_slots: usize,
    /// The most bytes that scans remember together.
    pub(crate) scan_memory: usize,
    pub(crate) actions_per_second: Option<NonZeroU32>,
    /// Bytes.
    pub(crate) body_limit: usize,
    pub(crate) shutdown_grace: Duration,
    pub(crate) keep_events: Duration,
    pub(crate) trust_proxy: bool,
    pub(crate) permits: Permits,
    /// What the scanning dialect's requests may name.
    pub(crate) scan_names: Names,
    pub(crate) metrics_token: Option<String>,
    /// `None` where no mail is sent.
    pub(crate) mail: Option<mail::Settings>,
    pub(crate) s3: Option<S3Options>,
}

/// Where SSH is served.
#[derive(Debug, Clone)]
pub(crate) struct SshListen {
    pub(crate) address: String,
    /// Whether nobody has asked for this address.
    pub(crate) is_default: bool,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

/// The layers in force for these flags in this process.
///
/// # Errors
/// When the configuration file cannot be used.
pub(crate) fn layers(flags: &Flags) -> Result<Layers> {
    let ours = |name: &str| name.starts_with("MORTISE_");
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| ours(name))
        .collect();
    Layers::load(flags, &environment)
}

impl Config {
    /// Reads the settings in force.
    ///
    /// # Errors
    /// When the file cannot be used or a value does not fit; the message names
    /// the setting and where it comes from.
    pub(crate) fn load(flags: &Flags) -> Result<Self> {
        Self::from_layers(&layers(flags)?)
    }

    fn from_layers(layers: &Layers) -> Result<Self> {
        let reader = Reader(layers);
        // Processes that are started from here have a directory of their own.
        let data_dir = std::path::absolute(reader.needed("data-dir")?)
            .context("data-dir cannot be made absolute")?;
        let database = match reader.text("database-url") {
            None => DbOptions::Sqlite(data_dir.join("mortise.db")),
            Some(url) => reader.parsed("database-url", || Ok(DbOptions::parse(url)?))?,
        };
        let public_url = reader.text("public-url").map(|url| url.trim_end_matches('/').to_owned());
        if public_url
            .as_ref()
            .is_some_and(|url| !url.starts_with("http://") && !url.starts_with("https://"))
        {
            return Err(reader.wrong("public-url", "must start with http:// or https://"));
        }
        let ssh_listen = match reader.needed("ssh-listen")? {
            "off" => None,
            address => Some(SshListen {
                address: address.to_owned(),
                is_default: *layers.source("ssh-listen") == Source::Default,
            }),
        };
        let s3 = match reader.needed("blobs")? {
            "local" => None,
            "s3" => Some(reader.s3(data_dir.join("spool"))?),
            _ => return Err(reader.wrong("blobs", "must be local or s3")),
        };
        Ok(Self {
            listen: reader.needed("listen")?.to_owned(),
            ssh_listen,
            ssh_address: reader.text("ssh-address").map(str::to_owned),
            team: reader.needed("team")?.to_owned(),
            database,
            public_url,
            log: reader.needed("log")?.to_owned(),
            log_format: match reader.needed("log-format")? {
                "text" => LogFormat::Text,
                "json" => LogFormat::Json,
                _ => return Err(reader.wrong("log-format", "must be text or json")),
            },
            job_slots: match reader.text("job-slots") {
                None => std::thread::available_parallelism().map_or(2, usize::from).max(2),
                Some(_) => reader.number("job-slots", 1..=1024)?,
            },
            scan_memory: reader.number("scan-memory", 0..=1_000_000)? * 1024 * 1024,
            actions_per_second: match reader.text("actions-per-second") {
                None => None,
                Some(_) => {
                    let most = reader.number("actions-per-second", 1..=1_000_000)?;
                    u32::try_from(most).ok().and_then(NonZeroU32::new)
                }
            },
            body_limit: reader.number("body-limit", 1..=4096)? * 1024 * 1024,
            shutdown_grace: Duration::from_secs(reader.number("shutdown-grace", 0..=3600)? as u64),
            keep_events: Duration::from_hours(
                24 * reader.number("keep-events", 1..=36_500)? as u64,
            ),
            trust_proxy: reader.boolean("trust-proxy")?,
            permits: Permits {
                bare_scripts: reader.boolean("unisolated-scripts")?,
                reach: match reader.needed("import-from")? {
                    "public" => Reach::Public,
                    "network" => Reach::Network,
                    "anything" => Reach::Anything,
                    _ => {
                        let why = "must be public, network or anything";
                        return Err(reader.wrong("import-from", why));
                    }
                },
            },
            scan_names: reader.scan_names()?,
            metrics_token: reader.text("metrics-token").map(str::to_owned),
            mail: reader.mail()?,
            s3,
            data_dir,
        })
    }
}

struct Reader<'a>(&'a Layers);

impl<'a> Reader<'a> {
    fn text(&self, name: &str) -> Option<&'a str> {
        Some(self.0.text(name)).filter(|text| !text.is_empty())
    }

    fn needed(&self, name: &str) -> Result<&'a str> {
        self.text(name).ok_or_else(|| self.wrong(name, "must not be empty"))
    }

    fn wrong(&self, name: &str, why: &str) -> anyhow::Error {
        anyhow!("{name} {why} (set by: {})", self.0.source(name))
    }

    fn parsed<T>(&self, name: &str, parse: impl FnOnce() -> Result<T>) -> Result<T> {
        parse().with_context(|| format!("{name} cannot be used (set by: {})", self.0.source(name)))
    }

    fn number(&self, name: &str, range: std::ops::RangeInclusive<usize>) -> Result<usize> {
        let number = usize::from_str(self.needed(name)?).ok().filter(|n| range.contains(n));
        number.ok_or_else(|| {
            let why = format!("must be a number from {} to {}", range.start(), range.end());
            self.wrong(name, &why)
        })
    }

    fn boolean(&self, name: &str) -> Result<bool> {
        bool::from_str(self.needed(name)?).map_err(|_| self.wrong(name, "must be true or false"))
    }

    fn list(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let items = self.text(name).unwrap_or_default().split(',');
        items.map(str::trim).filter(|item| !item.is_empty())
    }

    /// What a fresh installation has, and what is added to it.
    fn scan_names(&self) -> Result<Names> {
        let mut names = Names::default();
        for host in self.list("scan-code-hosts") {
            let mut parts = host.splitn(3, ':');
            let (Some(name), Some(source), Some(address)) =
                (parts.next(), parts.next(), parts.next())
            else {
                return Err(
                    self.wrong("scan-code-hosts", "must be NAME:SOURCE:URL, separated by commas")
                );
            };
            names.code_hosts.push(CodeHost {
                name: name.to_owned(),
                source: source.to_owned(),
                address: address.trim_end_matches('/').to_owned(),
            });
        }
        names.clusters.extend(self.list("scan-clusters").map(str::to_owned));
        names.images.extend(self.list("scan-images").map(str::to_owned));
        names.sonar_systems.extend(self.list("scan-sonar-systems").map(str::to_owned));
        Ok(names)
    }

    /// The server for letters, if there is one.
    fn mail(&self) -> Result<Option<mail::Settings>> {
        let Some(server) = self.text("mail-server") else { return Ok(None) };
        let split = match server.rsplit_once(':') {
            // An address of version 6 without a port.
            Some((host, _)) if host.contains(':') && !host.starts_with('[') => None,
            found => found.filter(|(host, _)| !host.is_empty()),
        };
        let (host, port) = match split {
            Some((host, port)) => {
                let port = port.parse().ok().filter(|port| *port > 0);
                let why = "must be HOST or HOST:PORT";
                (host, port.ok_or_else(|| self.wrong("mail-server", why))?)
            }
            None => (server, 0),
        };
        let text = |name| self.text(name).unwrap_or_default().to_owned();
        let authority = match self.text("mail-authority") {
            Some(file) => std::fs::read(file)
                .with_context(|| format!("mail-authority: cannot read {file}"))?,
            None => Vec::new(),
        };
        let tls = self
            .needed("mail-tls")?
            .parse()
            .map_err(|_| self.wrong("mail-tls", "must be starttls, tls or off"))?;
        Ok(Some(mail::Settings {
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port,
            tls,
            user: text("mail-user"),
            password: text("mail-password"),
            from: text("mail-from"),
            authority,
            domains: self.list("mail-domains").map(str::to_lowercase).collect(),
        }))
    }

    fn s3(&self, spool: PathBuf) -> Result<S3Options> {
        for name in ["s3-bucket", "s3-key", "s3-secret"] {
            if self.text(name).is_none() {
                bail!("{name} is needed where blobs is s3");
            }
        }
        let text = |name| self.text(name).unwrap_or_default().to_owned();
        Ok(S3Options {
            endpoint: text("s3-endpoint"),
            bucket: text("s3-bucket"),
            region: text("s3-region"),
            key: text("s3-key"),
            secret: text("s3-secret"),
            prefix: text("s3-prefix"),
            allow_http: self.boolean("s3-allow-http")?,
            spool,
        })
    }
}
