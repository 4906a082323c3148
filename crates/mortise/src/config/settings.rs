//! Every setting, once: its flag, variable, file key, default and meaning
//! follow from this table.

/// One setting.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    /// `s3-endpoint`: the flag `--s3-endpoint`, the variable
    /// `MORTISE_S3_ENDPOINT`, and in the file `s3-endpoint` or `endpoint` in
    /// the table `[s3]`.
    pub(crate) name: &'static str,
    /// What a value looks like.
    pub(crate) value: &'static str,
    /// In force where nothing else is said; empty for none.
    pub(crate) default: &'static str,
    /// One line for `--help`.
    pub(crate) help: &'static str,
    /// How it is shown.
    pub(crate) shown: Shown,
}

/// How a setting is shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// As it is.
    Plain,
    /// As a URL without its password.
    Url,
    /// Only whether it is set.
    Masked,
}

impl Setting {
    /// The environment variable.
    pub(crate) fn variable(&self) -> String {
        format!("MORTISE_{}", self.name.replace('-', "_").to_uppercase())
    }
}

const fn plain(
    name: &'static str,
    value: &'static str,
    default: &'static str,
    help: &'static str,
) -> Setting {
    Setting { name, value, default, help, shown: Shown::Plain }
}

const fn masked(name: &'static str, help: &'static str) -> Setting {
    Setting { name, value: "SECRET", default: "", help, shown: Shown::Masked }
}

/// All settings, in the order in which they are shown.
pub(crate) const SETTINGS: &[Setting] = &[
    plain(
        "config",
        "FILE",
        "",
        "Configuration file [default: DATA_DIR/mortise.toml, if it is there]",
    ),
    plain("data-dir", "DIR", "./mortise-data", "Directory for everything that is kept"),
    plain("listen", "ADDR:PORT", "127.0.0.1:8080", "Where HTTP is served"),
    plain(
        "ssh-listen",
        "ADDR:PORT",
        "127.0.0.1:2222",
        "Where Git over SSH is served; off for nowhere",
    ),
    plain("team", "NAME", "mortise", "Name of the team that the first start makes"),
    Setting {
        name: "database-url",
        value: "URL",
        default: "",
        help: "sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME [default: SQLite in the data directory]",
        shown: Shown::Url,
    },
    plain(
        "public-url",
        "URL",
        "",
        "Address by which clients reach this server [default: http:// and the listening address]",
    ),
    plain("ssh-address", "HOST:PORT", "", "The same for SSH [default: the listening address]"),
    plain("log", "FILTER", "info", "What is logged, e.g. info,jobs=debug"),
    plain("log-format", "FORMAT", "text", "text or json"),
    plain(
        "job-slots",
        "N",
        "",
        "Background jobs at a time, per queue [default: the number of processors, at least 2]",
    ),
    plain(
        "scan-memory",
        "MIB",
        "512",
        "Memory for what scans remember, so that the next one costs what changed",
    ),
    plain(
        "actions-per-second",
        "N",
        "",
        "Open API actions that one user may do in a second [default: no limit]",
    ),
    plain(
        "body-limit",
        "MIB",
        "16",
        "Largest request body in MiB; Git and other streams have limits of their own",
    ),
    plain(
        "shutdown-grace",
        "SECONDS",
        "20",
        "How long requests and jobs may take to end when the server is stopped",
    ),
    plain("keep-events", "DAYS", "365", "How long activity is kept"),
    plain(
        "trust-proxy",
        "BOOL",
        "false",
        "Whether the client's address is taken from X-Forwarded-For (last entry)",
    ),
    plain(
        "import-from",
        "REACH",
        "network",
        "Where depots may be imported from: public addresses, network for private ones too, or anything",
    ),
    plain(
        "unisolated-scripts",
        "BOOL",
        "true",
        "Whether scripts of scan plans run where bubblewrap cannot shut them in",
    ),
    plain(
        "scan-code-hosts",
        "NAME:SOURCE:URL,…",
        "",
        "Code hosts that script scans may name, beside mortise (our own depots)",
    ),
    plain("scan-clusters", "NAME,…", "", "Clusters that they may name, beside local"),
    plain("scan-images", "NAME,…", "", "Images that they may name, beside default"),
    plain(
        "scan-sonar-systems",
        "NAME,…",
        "",
        "SonarQube systems that they may name, beside mortise",
    ),
    plain(
        "mail-server",
        "HOST[:PORT]",
        "",
        "SMTP server that letters are given to [default: none, no mail is sent]",
    ),
    plain("mail-tls", "HOW", "starttls", "How its line is encrypted: starttls, tls or off"),
    plain("mail-user", "NAME", "", "Who we are to it [default: nobody]"),
    masked("mail-password", "With which password"),
    plain("mail-from", "ADDRESS", "", "Whom letters are from: Mortise <mortise@example.com>"),
    plain(
        "mail-authority",
        "FILE",
        "",
        "Certificates (PEM) that are trusted for it, beside the machine's own",
    ),
    plain("mail-domains", "NAME,…", "", "Domains that letters may go to [default: all]"),
    masked("metrics-token", "Bearer token that /metrics asks for [default: none, it is open]"),
    plain(
        "blobs",
        "KIND",
        "local",
        "Where large values are kept: local (in the data directory) or s3",
    ),
    plain("s3-endpoint", "URL", "", "Address of the S3 service [default: AWS]"),
    plain("s3-bucket", "NAME", "", "The bucket"),
    plain("s3-region", "NAME", "us-east-1", "Its region"),
    plain("s3-prefix", "TEXT", "", "Put before every name in the bucket"),
    plain("s3-key", "ID", "", "Access key id"),
    masked("s3-secret", "Secret access key"),
    plain("s3-allow-http", "BOOL", "false", "Whether an endpoint without TLS is acceptable"),
];

/// The setting of this name.
pub(crate) fn by_name(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}
