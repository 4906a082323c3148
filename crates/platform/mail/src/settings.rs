//! What an installation says about its SMTP server.

use std::str::FromStr;

use base::{Error, Result};

/// How the line to the server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tls {
    /// Plain at first, encrypted before anything is said (`STARTTLS`); a server
    /// that does not offer it gets nothing.
    #[default]
    Start,
    /// From the first byte.
    Always,
    /// Not at all.
    Off,
}

impl Tls {
    /// The port that is usual for it.
    #[must_use]
    pub fn port(self) -> u16 {
        match self {
            Self::Start => 587,
            Self::Always => 465,
            Self::Off => 25,
        }
    }
}

impl FromStr for Tls {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "starttls" => Ok(Self::Start),
            "tls" => Ok(Self::Always),
            "off" => Ok(Self::Off),
            _ => Err(Error::invalid("mail-tls", "must be starttls, tls or off")),
        }
    }
}

/// The server that letters are given to.
#[derive(Clone, Default)]
pub struct Settings {
    /// Its name or address.
    pub host: String,
    /// Its port; 0 for the one that is usual for `tls`.
    pub port: u16,
    /// How the line is encrypted.
    pub tls: Tls,
    /// Who we are to it; empty for nobody in particular.
    pub user: String,
    /// With which password.
    pub password: String,
    /// Whom letters are from: `mortise@example.com` or
    /// `Mortise <mortise@example.com>`.
    pub from: String,
    /// Certificates in PEM that are trusted beside those of the machine; empty
    /// for none.
    pub authority: Vec<u8>,
    /// Domains that letters may go to, in lower case; none for all.
    pub domains: Vec<String>,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .field("user", &self.user)
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}
