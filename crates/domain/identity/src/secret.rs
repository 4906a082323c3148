//! Texts that must not leak.

use base::Result;
use call::Env;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// A password, a token, a key: it is wiped from memory when dropped, and
/// neither `Debug` nor `Display` shows it.
#[derive(Clone, Default, serde::Deserialize)]
#[serde(from = "String")]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text, to be handed on and not kept.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether `other` is the same text, in a time that depends on the
    /// lengths only.
    pub fn matches(&self, other: &str) -> bool {
        same(self.0.as_bytes(), other.as_bytes())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Compares in constant time; texts of unequal length differ.
pub(crate) fn same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// SHA-256, under which random secrets are stored and found again. They carry
/// at least 128 bits, so that neither salt nor slowness adds anything.
pub(crate) fn digest(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

/// Whether `text` could be a token: 32 to 64 lower-case hexadecimal characters.
/// Nothing of that shape can be a password, so that the two are never confused.
pub(crate) fn is_token_shaped(text: &str) -> bool {
    (32..=64).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Encrypts `secret` under the installation key.
pub(crate) fn seal(env: &Env, secret: &Secret, purpose: Purpose<'_>) -> Result<Vec<u8>> {
    env.vault.seal(secret.expose().as_bytes(), &purpose.text())
}

/// Decrypts what [`seal`] made for the same purpose.
pub(crate) fn open(env: &Env, sealed: &[u8], purpose: Purpose<'_>) -> Result<Secret> {
    let bytes = env.vault.open(sealed, &purpose.text())?;
    Ok(Secret::from(String::from_utf8(bytes).map_err(base::Error::internal)?))
}

/// What a sealed secret is for; moved to another row it cannot be opened.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose<'a> {
    /// The personal access token with this hash.
    Token(&'a [u8]),
    /// The secret half of this access key.
    AccessKey(&'a str),
}

impl Purpose<'_> {
    fn text(self) -> String {
        match self {
            Self::Token(hash) => format!("tokens.sealed:{}", hex::encode(hash)),
            Self::AccessKey(key) => format!("access_keys.sealed:{key}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown_and_compares_whole() {
        let secret = Secret::from("hunter22");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert!(secret.matches("hunter22"));
        assert!(!secret.matches("hunter2") && !secret.matches("hunter222"));
    }
}
