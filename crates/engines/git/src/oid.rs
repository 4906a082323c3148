use std::{fmt, str::FromStr};

use crate::{Error, Result};

/// The name of an object: its SHA-1, 20 bytes, shown as 40 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid([u8; 20]);

impl Oid {
    /// Forty zeros: in a reference update, the absence of an object.
    pub const ZERO: Oid = Oid([0; 20]);
    /// The tree without entries; it need not be stored to be readable.
    pub const EMPTY_TREE: Oid = Oid([
        0x4b, 0x82, 0x5d, 0xc6, 0x42, 0xcb, 0x6e, 0xb9, 0xa0, 0x60, 0xe5, 0x4b, 0xf8, 0xd6, 0x92,
        0x88, 0xfb, 0xee, 0x49, 0x04,
    ]);

    /// From the 20 bytes themselves.
    pub const fn from_bytes(bytes: [u8; 20]) -> Oid {
        Oid(bytes)
    }

    /// The 20 bytes.
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// From 40 hexadecimal digits, upper or lower case.
    ///
    /// # Errors
    /// [`Error::Invalid`] for anything else.
    pub fn from_hex(hex: impl AsRef<[u8]>) -> Result<Oid> {
        let hex = hex.as_ref();
        let invalid =
            || Error::Invalid(format!("{:?} is not an object name", String::from_utf8_lossy(hex)));
        if hex.len() != 40 {
            return Err(invalid());
        }
        let mut bytes = [0; 20];
        for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
            *byte =
                digit(pair[0]).ok_or_else(invalid)? << 4 | digit(pair[1]).ok_or_else(invalid)?;
        }
        Ok(Oid(bytes))
    }

    /// Whether this is [`Oid::ZERO`].
    pub fn is_zero(&self) -> bool {
        *self == Oid::ZERO
    }

    /// The first `digits` (at most 40) digits, for people.
    pub fn short(&self, digits: usize) -> String {
        let mut hex = self.to_string();
        hex.truncate(digits);
        hex
    }
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut hex = [0; 40];
        for (pair, byte) in hex.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        f.pad(std::str::from_utf8(&hex).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Oid {
    type Err = Error;

    fn from_str(hex: &str) -> Result<Oid> {
        Oid::from_hex(hex)
    }
}

impl From<gix::ObjectId> for Oid {
    fn from(id: gix::ObjectId) -> Oid {
        let gix::ObjectId::Sha1(bytes) = id else {
            // Only the `sha1` feature of gix is compiled in, so no other kind can be made.
            return Oid::ZERO;
        };
        Oid(bytes)
    }
}

impl From<Oid> for gix::ObjectId {
    fn from(id: Oid) -> gix::ObjectId {
        gix::ObjectId::Sha1(id.0)
    }
}
