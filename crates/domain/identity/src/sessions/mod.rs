//! Browser sessions: a random cookie, its hash in a row. They can be listed
//! and ended one by one.

mod find;
mod manage;

use base::{TeamId, Timestamp, UserActor, UserId};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

pub(crate) use find::find;
pub use manage::{end, end_all, list, sign_in, sign_out, switch_team};

use crate::Secret;

base::typed_id! {
    /// One session.
    pub struct SessionId;
}

/// A session without its cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The number.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// In which team it acts now.
    pub team: TeamId,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was last used; exact to ten minutes.
    pub last_seen_at: Timestamp,
    /// When it ends unless it is used.
    pub expires_at: Timestamp,
    /// The network address it was opened from, or nothing.
    pub address: String,
    /// The browser, as it names itself.
    pub agent: String,
}

/// What is known about the browser that signs in.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    /// Its network address.
    pub address: Option<std::net::IpAddr>,
    /// How it names itself.
    pub agent: String,
}

/// A session that has just been opened.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The cookie's value: 64 hexadecimal characters.
    pub cookie: Secret,
    /// Which session it is, and whose.
    pub signed_in: SignedIn,
}

/// A user with an open session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The user, in the session's current team.
    pub user: UserActor,
    /// The session.
    pub session: SessionId,
    /// He may change his password and do nothing else.
    pub must_change_password: bool,
    /// When the session ends unless it is used; for the cookie's age.
    pub expires_at: Timestamp,
}

/// The token that forms of the session carry, so that no other site can send
/// them: derived from the cookie, which other sites cannot read.
pub fn form_token(cookie: &Secret) -> String {
    match Hmac::<Sha256>::new_from_slice(cookie.expose().as_bytes()) {
        Ok(mut mac) => {
            mac.update(b"form");
            hex::encode(mac.finalize().into_bytes())
        }
        // HMAC takes keys of every length.
        Err(_) => String::new(),
    }
}

/// Whether `given` is the session's form token.
pub fn form_token_matches(cookie: &Secret, given: &str) -> bool {
    !given.is_empty() && Secret::from(form_token(cookie)).matches(given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_tokens_belong_to_their_cookie() {
        let (mine, yours) = (Secret::from("aa".repeat(32)), Secret::from("bb".repeat(32)));
        assert!(form_token_matches(&mine, &form_token(&mine)));
        assert!(!form_token_matches(&mine, &form_token(&yours)));
        assert!(!form_token_matches(&mine, ""));
        assert!(!form_token(&mine).contains(mine.expose()));
    }
}
