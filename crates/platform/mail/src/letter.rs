//! One text to some people.

use base::{Error, Result, Timestamp};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

/// The most receivers of one letter.
const MOST: usize = 50;

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Mail addresses; at least one, at most 50. They see each other.
    pub to: Vec<String>,
    /// One line.
    pub subject: String,
    /// The text, plain.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// What makes it one letter, however often it is tried: letters, digits,
    /// dots and hyphens.
    pub id: String,
    /// When it was written.
    pub at: Timestamp,
}

/// Whether something is a mail address.
///
/// # Errors
/// `Invalid` on `address`.
pub fn check_address(text: &str) -> Result<()> {
    parse(text).map(drop)
}

fn parse(text: &str) -> Result<Address> {
    text.parse().map_err(|_| Error::invalid("address", "is not a mail address"))
}

impl Letter {
    /// The letter as it is handed over.
    pub(crate) fn message(&self, from: &Mailbox) -> Result<Message> {
        if self.to.is_empty() {
            return Err(Error::missing("address"));
        }
        if self.to.len() > MOST {
            return Err(Error::invalid("address", "names more than 50 receivers"));
        }
        let domain = from.email.domain();
        let mut builder = Message::builder()
            .from(from.clone())
            .subject(one_line(&self.subject))
            .message_id(Some(format!("<{}@{domain}>", self.id)))
            .date(self.at.to_jiff().into());
        for address in &self.to {
            builder = builder.to(Mailbox::new(None, parse(address)?));
        }
        // Absence notes of people are no answers.
        for (name, value) in [("Auto-Submitted", "auto-generated"), ("Precedence", "bulk")] {
            let header = HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
            builder = builder.raw_header(header);
        }
        builder
            .multipart(
                MultiPart::alternative()
                    .singlepart(part(ContentType::TEXT_PLAIN, &self.text))
                    .singlepart(part(ContentType::TEXT_HTML, &self.html)),
            )
            .map_err(Error::internal)
    }
}

fn part(kind: ContentType, text: &str) -> SinglePart {
    SinglePart::builder().header(kind).body(text.to_owned())
}

/// A header has no lines of its own.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
}
