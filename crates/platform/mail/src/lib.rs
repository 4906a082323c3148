//! Letters to people, by the SMTP server that whoever runs the installation
//! has named.
//!
//! [`Mailer`] is what the rest sees: it has a server or it has none, and says
//! so. A [`Letter`] is one text, as plain text and as HTML. Trying again is the
//! business of whoever sends: an error that says [`Error::Unavailable`] may
//! pass, any other will not.
//!
//! SMTP and the form of letters are lettre's; the line to the server is ours,
//! with the TLS that the rest of the house uses.
//!
//! [`Error::Unavailable`]: base::Error::Unavailable

mod letter;
mod line;
mod mailer;
mod settings;
#[cfg(feature = "testing")]
pub mod testing;

pub use letter::{Letter, check_address};
pub use mailer::Mailer;
pub use settings::{Settings, Tls};
