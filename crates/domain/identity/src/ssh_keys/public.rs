//! What a public key must look like.

use std::fmt::Write as _;

use base::{Error, Result};
use md5::{Digest as _, Md5};
use ssh_key::public::KeyData;
use ssh_key::{HashAlg, PublicKey};

/// No key is longer: RSA with 16384 bits takes some 2,800 characters.
const LONGEST: usize = 16 * 1024;
/// Shorter RSA keys can be broken, longer ones take the server's time.
const RSA_BITS: std::ops::RangeInclusive<u32> = 2048..=16_384;

/// A public key that may be used here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Public {
    pub(super) algorithm: String,
    pub(super) content: String,
    pub(super) comment: String,
    pub(super) fingerprint: String,
    pub(super) fingerprint_md5: String,
}

impl Public {
    /// Reads a line as it stands in a `.pub` file.
    ///
    /// # Errors
    /// `Missing` or `Invalid` on `content`, saying what is wrong.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let wrong = |why: &'static str| Error::invalid("content", why);
        if text.is_empty() {
            return Err(Error::missing("content"));
        }
        if text.contains("PRIVATE KEY") {
            return Err(wrong("is a private key; keep it secret and paste the .pub file instead"));
        }
        if text.len() > LONGEST || text.contains(['\n', '\r', '\0']) {
            return Err(wrong("must be one line: the content of the .pub file"));
        }
        let key = PublicKey::from_openssh(text)
            .map_err(|_| wrong("is not a public key as OpenSSH writes it into the .pub file"))?;
        acceptable(key.key_data())?;
        let blob = key.to_bytes().map_err(|_| wrong("cannot be used"))?;
        let comment = text.splitn(3, ' ').nth(2).unwrap_or_default().trim();
        let bare = PublicKey::new(key.key_data().clone(), "");
        Ok(Self {
            algorithm: key.algorithm().as_str().to_owned(),
            content: bare.to_openssh().map_err(|_| wrong("cannot be used"))?.trim_end().to_owned(),
            comment: comment.chars().filter(|c| !c.is_control()).take(100).collect(),
            fingerprint: key.fingerprint(HashAlg::Sha256).to_string(),
            fingerprint_md5: md5_fingerprint(&blob),
        })
    }

    /// `SHA256:` and 43 characters.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

fn acceptable(key: &KeyData) -> Result<()> {
    let wrong = |why: &'static str| Err(Error::invalid("content", why));
    match key {
        KeyData::Ed25519(_)
        | KeyData::Ecdsa(_)
        | KeyData::SkEd25519(_)
        | KeyData::SkEcdsaSha2NistP256(_) => Ok(()),
        KeyData::Rsa(rsa) if RSA_BITS.contains(&rsa.key_size()) => Ok(()),
        KeyData::Rsa(_) => wrong("is an RSA key of less than 2048 or more than 16384 bits"),
        KeyData::Dsa(_) => wrong("is a DSA key, which is not secure; make an Ed25519 key"),
        KeyData::Certificate(_) => wrong("is a certificate, not a key"),
        _ => wrong("must be an Ed25519, ECDSA, RSA or security key (sk-…)"),
    }
}

fn md5_fingerprint(blob: &[u8]) -> String {
    let mut text = String::with_capacity(47);
    for (place, byte) in Md5::digest(blob).iter().enumerate() {
        let separator = if place == 0 { "" } else { ":" };
        // Writing to a string does not fail.
        let _ = write!(text, "{separator}{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";
    const SK: &str = "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAICFo/k5LU8863u66YC9eUO2170QduohPURkQnbLa/dczAAAABHNzaDo=";

    #[test]
    fn a_line_is_read_with_its_comment() {
        let key = Public::parse(&format!("  {ED25519} ann's laptop\n")).unwrap();
        assert_eq!((key.algorithm.as_str(), key.comment.as_str()), ("ssh-ed25519", "ann's laptop"));
        assert_eq!(key.content, ED25519);
        assert_eq!(key.fingerprint, "SHA256:T7SvZ2cslqpPj6nKzitCBHHlpVF3r3MvLwmFL0fk0IE");
        assert_eq!(key.fingerprint_md5.len(), 47);
        assert_eq!(Public::parse(ED25519).unwrap().comment, "");
        assert_eq!(Public::parse(SK).unwrap().algorithm, "sk-ssh-ed25519@openssh.com");
    }

    #[test]
    fn the_md5_of_the_documents_example() {
        let example = include_str!("../../tests/it/example.pub");
        let key = Public::parse(example).unwrap();
        assert_eq!(key.fingerprint_md5, "0c:36:f5:60:fd:da:3b:be:22:49:38:96:64:50:49:9f");
        assert_eq!(key.comment, "lichen@coding.net"); // tidy: outside name
    }

    #[test]
    fn what_is_no_good_says_why() {
        let options = format!("command=\"sh\" {ED25519}");
        let two = format!("{ED25519}\n{ED25519}");
        let short = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDH6sB1XC0JcSdHoI4pWMTUcIM4wqtRLSgQQ64uKMcz3MqGKXTCsq1ZSYqvrfjzJzXQ8JYp4gSx5CDvdRHC5bhJrpxaFhLYCMPfGxULdCV6RoUXLNUKYsOGI5AfDbe2r0R3sIMjd8eR0HPvGC4sGgdNO0v0DDpLYSvuTVfB6Cgv1Q==";
        let cut = &ED25519[..60];
        for (text, part) in [
            ("", "missing"),
            ("hello", "not a public key"),
            ("-----BEGIN OPENSSH PRIVATE KEY-----", "private key"),
            (&options, "not a public key"),
            (&two, "one line"),
            (short, "2048"),
            (cut, "not a public key"),
            (&"x".repeat(LONGEST + 1), "one line"),
        ] {
            let error = Public::parse(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text:.40}: {error}");
        }
    }
}
