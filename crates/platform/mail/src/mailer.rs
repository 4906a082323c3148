//! Giving letters to the server.

use std::sync::Arc;
use std::time::Duration;

use base::{Error, Result};
use lettre::Message;
use lettre::message::Mailbox;
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use rustls::ClientConfig;

use crate::{Letter, Settings, Tls, line};

/// How long handing over a letter may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Of an answer, so much is kept.
const KEPT: usize = 300;

/// Sends letters, where the installation has a server for it. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Mailer(Option<Arc<Office>>);

struct Office {
    settings: Settings,
    from: Mailbox,
    trust: Arc<ClientConfig>,
}

impl std::fmt::Debug for Office {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.settings.fmt(f)
    }
}

impl Mailer {
    /// Where there is no server: everything is refused and says so.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// With this server, which is not called before there is a letter.
    ///
    /// # Errors
    /// `Missing` or `Invalid` on the setting that cannot be used: also where a
    /// password would go over the network in the clear.
    pub fn new(mut settings: Settings) -> Result<Self> {
        if settings.host.is_empty() {
            return Err(Error::missing("mail-server"));
        }
        if settings.port == 0 {
            settings.port = settings.tls.port();
        }
        if settings.from.is_empty() {
            return Err(Error::missing("mail-from"));
        }
        let from = settings.from.parse().map_err(|_| {
            Error::invalid("mail-from", "must be like Mortise <mortise@example.com>")
        })?;
        if settings.user.is_empty() != settings.password.is_empty() {
            return Err(Error::invalid(
                "mail-user",
                "needs mail-password, and the other way round",
            ));
        }
        let here = matches!(settings.host.as_str(), "localhost" | "127.0.0.1" | "::1");
        if settings.tls == Tls::Off && !settings.password.is_empty() && !here {
            return Err(Error::invalid(
                "mail-tls",
                "must not be off where a password is sent to another machine",
            ));
        }
        let trust = line::trust(&settings.authority)?;
        Ok(Self(Some(Arc::new(Office { settings, from, trust }))))
    }

    /// Whether letters can be sent.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.0.is_some()
    }

    /// Whom letters are from; `None` where there is no server.
    #[must_use]
    pub fn from(&self) -> Option<String> {
        Some(self.0.as_ref()?.from.to_string())
    }

    /// Whether a letter may go to an address.
    ///
    /// # Errors
    /// `Unsupported` where there is no server; `Invalid` on `address`.
    pub fn check(&self, address: &str) -> Result<()> {
        let office = self.office()?;
        crate::check_address(address)?;
        let domain = address.rsplit('@').next().unwrap_or_default().to_lowercase();
        let domains = &office.settings.domains;
        if domains.is_empty() || domains.contains(&domain) {
            return Ok(());
        }
        Err(Error::invalid("address", "is of a domain that this server sends nothing to"))
    }

    fn office(&self) -> Result<&Office> {
        self.0.as_deref().ok_or_else(|| {
            Error::unsupported("this server sends no mail: it has no setting mail-server")
        })
    }

    /// Gives a letter to the server; what it answered.
    ///
    /// # Errors
    /// `Unavailable` for what may pass: the server cannot be reached, or says
    /// that it will take the letter later. `Unsupported` where there is no
    /// server or it cannot encrypt, `Invalid` on `address`, `Denied` with the
    /// server's words where it refuses for good.
    pub async fn send(&self, letter: &Letter) -> Result<String> {
        let office = self.office()?;
        for address in &letter.to {
            self.check(address)?;
        }
        let message = letter.message(&office.from)?;
        match tokio::time::timeout(PATIENCE, office.deliver(&message)).await {
            Ok(answer) => answer,
            Err(_) => Err(Error::unavailable("the mail server did not answer in a minute")),
        }
    }
}

impl Office {
    async fn deliver(&self, message: &Message) -> Result<String> {
        let settings = &self.settings;
        let name = ClientId::Domain(self.from.email.domain().to_owned());
        let line =
            line::call(&settings.host, settings.port, settings.tls, &self.trust, &name.to_string())
                .await?;
        let mut connection = AsyncSmtpConnection::connect_with_transport(Box::new(line), &name)
            .await
            .map_err(|error| said(&error))?;
        if !settings.user.is_empty() {
            let credentials = Credentials::new(settings.user.clone(), settings.password.clone());
            let known = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await;
            known.map_err(|error| said(&error))?;
        }
        let answer = connection
            .send(message.envelope(), &message.formatted())
            .await
            .map_err(|error| said(&error))?;
        // It has the letter; how it ends the line changes nothing.
        let _ = connection.quit().await;
        let words: Vec<&str> = answer.message().collect();
        Ok(brief(&format!("{} {}", answer.code(), words.join(" "))))
    }
}

/// An error of the conversation.
fn said(error: &smtp::Error) -> Error {
    let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let code = error.status().map(|code| format!("{code} ")).unwrap_or_default();
    let words = brief(&format!("{code}{cause}"));
    if error.is_permanent() {
        return Error::forbidden(format!("the mail server refused: {words}"));
    }
    Error::unavailable(format!("the mail server did not take it: {words}"))
}

fn brief(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(KEPT).collect::<String>().trim().to_owned()
}
