//! What names, addresses and passwords must look like.

use base::{Error, Result};

use crate::Secret;
use crate::secret::is_token_shaped;

/// Names that mean something else in an address or in the audit log, or that
/// tools send as a user name beside a token.
const RESERVED_USERS: &[&str] =
    &["coding", "git", "nobody", "oauth2", "system", "token", "x-token-auth"]; // tidy: outside name

/// First segments of the installation's own addresses, and what would be
/// mistaken for them.
const RESERVED_TEAMS: &[&str] = &[
    "admin",
    "api",
    "assets",
    "cocoapods",
    "composer",
    "conan",
    "docs",
    "first-password",
    "generic",
    "healthz",
    "helm",
    "login",
    "logout",
    "maven",
    "metrics",
    "npm",
    "nuget",
    "open-api",
    "openapi",
    "p",
    "projects",
    "pypi",
    "rpm",
    "search",
    "server",
    "settings",
    "sign-in",
    "static",
    "v2",
    "v3",
    "v4",
];

/// A user name: 1 to 64 letters, digits, `-`, `_` and `.`, the first a letter
/// or a digit.
pub(crate) fn user_name(name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::missing("name"));
    }
    let shaped = name.len() <= 64
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if !shaped {
        return Err(Error::invalid(
            "name",
            "must be 1 to 64 letters, digits, '-', '_' or '.', starting with a letter or a digit",
        ));
    }
    if RESERVED_USERS.contains(&name.to_ascii_lowercase().as_str()) {
        return Err(Error::invalid("name", "is reserved"));
    }
    Ok(())
}

/// A team's slug: 2 to 32 lower-case letters, digits and inner `-`.
pub(crate) fn team_name(name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::missing("team"));
    }
    let shaped = (2..=32).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !name.starts_with('-')
        && !name.ends_with('-');
    if !shaped {
        return Err(Error::invalid(
            "team",
            "must be 2 to 32 lower-case letters, digits or inner '-'",
        ));
    }
    if RESERVED_TEAMS.contains(&name) {
        return Err(Error::invalid("team", "is reserved"));
    }
    Ok(())
}

/// A mail address, or nothing. Only sending to it would prove more.
pub(crate) fn email(address: &str) -> Result<()> {
    if address.is_empty() {
        return Ok(());
    }
    let wrong = || Error::invalid("email", "is not a mail address");
    let (local, domain) = address.rsplit_once('@').ok_or_else(wrong)?;
    let shaped = address.len() <= 254
        && !local.is_empty()
        && !domain.is_empty()
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !address.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c))
        && !local.contains('@');
    if shaped { Ok(()) } else { Err(wrong()) }
}

/// One line of at most `most` characters without control characters.
pub(crate) fn line(field: &'static str, text: &str, most: usize) -> Result<()> {
    if text.chars().count() > most {
        return Err(Error::invalid(field, format!("must be at most {most} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(Error::invalid(field, "must be one line"));
    }
    Ok(())
}

/// A telephone number, or nothing.
pub(crate) fn phone(number: &str) -> Result<()> {
    let shaped = number.len() <= 32
        && number.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')'));
    if shaped { Ok(()) } else { Err(Error::invalid("phone", "is not a telephone number")) }
}

/// An http(s) address or a path of ours, or nothing.
pub(crate) fn picture(address: &str) -> Result<()> {
    line("avatar", address, 1000)?;
    let known = ["https://", "http://", "/"].iter().any(|start| address.starts_with(start));
    if address.is_empty() || (known && !address.starts_with("//")) {
        return Ok(());
    }
    Err(Error::invalid("avatar", "must be an address that starts with https:// or http://"))
}

/// A language of the pages, or nothing.
pub(crate) fn locale(locale: &str) -> Result<()> {
    if matches!(locale, "" | "en" | "zh") {
        return Ok(());
    }
    Err(Error::invalid("locale", "must be en or zh"))
}

/// A password that may be set for the user `name` with the mail address
/// `email`: at least 8 characters, and not what everybody knows about him.
pub(crate) fn password(
    field: &'static str,
    password: &Secret,
    name: &str,
    email: &str,
) -> Result<()> {
    let text = password.expose();
    if text.is_empty() {
        return Err(Error::missing(field));
    }
    if text.chars().count() < 8 {
        return Err(Error::invalid(field, "must be at least 8 characters"));
    }
    if text.len() > 1024 {
        return Err(Error::invalid(field, "must be at most 1024 bytes"));
    }
    if is_token_shaped(text) {
        return Err(Error::invalid(field, "must not look like a token"));
    }
    let lower = text.to_lowercase();
    if lower == name.to_lowercase() || lower == email.to_lowercase() {
        return Err(Error::invalid(field, "must not be the name or the mail address"));
    }
    let first = text.chars().next();
    if text.chars().all(|c| Some(c) == first) {
        return Err(Error::invalid(field, "must not be one character repeated"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_shape() {
        for good in ["a", "KMRnIKgzbV", "x.y_z-1", "9lives"] {
            assert!(user_name(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "a b", "a/b", "名", "System", "coding", &"x".repeat(65)] {
            assert!(user_name(bad).is_err(), "{bad}");
        }
        assert!(team_name("mortise").is_ok() && team_name("a-1").is_ok());
        for bad in ["", "a", "A1", "-ab", "ab-", "v2", "open-api"] {
            assert!(team_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn mail_addresses_have_a_shape() {
        for good in ["", "a@b", "first.last+tag@example.com"] {
            assert!(email(good).is_ok(), "{good}");
        }
        for bad in ["a", "@b", "a@", "a b@c", "a@b@c", "a@b>", "a@.b"] {
            assert!(email(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn passwords_have_a_strength() {
        let check = |text: &str| password("password", &text.into(), "Margaret", "mar@example.com");
        assert!(check("correct horse").is_ok());
        for bad in ["", "short7!", "margaret", "MAR@example.com", "aaaaaaaaa", &"0f".repeat(20)] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn pictures_are_addresses() {
        assert!(picture("").is_ok() && picture("/a.png").is_ok() && picture("https://x/y").is_ok());
        assert!(picture("javascript:alert(1)").is_err() && picture("//evil/x").is_err());
    }
}
