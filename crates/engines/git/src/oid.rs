use std::{fmt, str::FromStr};

use gix::{ObjectId, hash::Kind};

use crate::{Error, Result};

/// The function by which a repository names its objects. A repository has one for all of its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ObjectFormat {
    /// SHA-1: 20 bytes, 40 digits. What every client speaks.
    #[default]
    Sha1,
    /// SHA-256: 32 bytes, 64 digits. For clients of git 2.29 and newer.
    Sha256,
}

impl ObjectFormat {
    /// By the name that git has for it, case ignored.
    pub fn from_name(name: &str) -> Option<ObjectFormat> {
        [ObjectFormat::Sha1, ObjectFormat::Sha256]
            .into_iter()
            .find(|format| format.name().eq_ignore_ascii_case(name))
    }

    /// The name that git has for it: `sha1` or `sha256`.
    pub const fn name(self) -> &'static str {
        match self {
            ObjectFormat::Sha1 => "sha1",
            ObjectFormat::Sha256 => "sha256",
        }
    }

    /// How many hexadecimal digits a name has: 40 or 64.
    pub const fn digits(self) -> usize {
        match self {
            ObjectFormat::Sha1 => 40,
            ObjectFormat::Sha256 => 64,
        }
    }

    /// The tree without entries; it need not be stored to be readable.
    pub const fn empty_tree(self) -> Oid {
        match self {
            ObjectFormat::Sha1 => Oid(ObjectId::empty_tree(Kind::Sha1)),
            ObjectFormat::Sha256 => Oid(ObjectId::empty_tree(Kind::Sha256)),
        }
    }

    /// As many zeros as a name has digits: how git writes [`Oid::ZERO`] in repositories of this
    /// format.
    pub fn zeros(self) -> &'static str {
        const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";
        &ZEROS[..self.digits()]
    }

    /// An object's name as git writes it in repositories of this format; only [`Oid::ZERO`] is
    /// written in more than one way.
    pub(crate) fn hex(self, id: Oid) -> String {
        if id.is_zero() { self.zeros().to_owned() } else { id.to_string() }
    }

    pub(crate) const fn kind(self) -> Kind {
        match self {
            ObjectFormat::Sha1 => Kind::Sha1,
            ObjectFormat::Sha256 => Kind::Sha256,
        }
    }
}

impl From<Kind> for ObjectFormat {
    fn from(kind: Kind) -> ObjectFormat {
        match kind {
            Kind::Sha256 => ObjectFormat::Sha256,
            // Not exhaustive; no other kind is compiled in.
            _ => ObjectFormat::Sha1,
        }
    }
}

/// The name of an object: its SHA-1 or SHA-256, shown as 40 or 64 lower-case hexadecimal digits.
/// Copied, not allocated: 33 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(ObjectId);

impl Oid {
    /// The absence of an object, in a reference update. One value for every format, which is
    /// shown as forty zeros; sixty-four are read as the same.
    pub const ZERO: Oid = Oid(ObjectId::Sha1([0; 20]));

    /// From the 20 bytes of a SHA-1.
    pub const fn from_bytes(bytes: [u8; 20]) -> Oid {
        Oid(ObjectId::Sha1(bytes))
    }

    /// The bytes: 20 or 32.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// What kind of name it is.
    pub fn format(&self) -> ObjectFormat {
        self.0.kind().into()
    }

    /// From 40 or 64 hexadecimal digits, upper or lower case.
    ///
    /// # Errors
    /// [`Error::Invalid`] for anything else.
    pub fn from_hex(hex: impl AsRef<[u8]>) -> Result<Oid> {
        let hex = hex.as_ref();
        ObjectId::from_hex(hex).map(Oid::from).map_err(|_| {
            Error::Invalid(format!("{:?} is not an object name", String::from_utf8_lossy(hex)))
        })
    }

    /// Whether this is [`Oid::ZERO`].
    pub fn is_zero(&self) -> bool {
        *self == Oid::ZERO
    }

    /// Whether this is the tree without entries, of either format.
    pub fn is_empty_tree(&self) -> bool {
        self.0.is_empty_tree()
    }

    /// The first `digits` (at most all) digits, for people.
    pub fn short(&self, digits: usize) -> String {
        let mut hex = self.to_string();
        hex.truncate(digits);
        hex
    }

    /// The name for gitoxide, where it can be one in `repo`: names of the other format are looked
    /// up nowhere, as nothing is there.
    pub(crate) fn within(self, repo: &gix::Repository) -> Option<ObjectId> {
        (self.0.kind() == repo.object_hash()).then_some(self.0)
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut hex = Kind::hex_buf();
        let length = self.0.hex_to_buf(&mut hex).len();
        f.pad(std::str::from_utf8(&hex[..length]).map_err(|_| fmt::Error)?)
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

impl From<ObjectId> for Oid {
    fn from(id: ObjectId) -> Oid {
        match id {
            ObjectId::Sha256(bytes) if bytes == [0; 32] => Oid::ZERO,
            id => Oid(id),
        }
    }
}

impl From<Oid> for ObjectId {
    fn from(id: Oid) -> ObjectId {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_forty_or_sixty_four_digits() {
        for format in [ObjectFormat::Sha1, ObjectFormat::Sha256] {
            let hex = &"0123456789abcdef".repeat(4)[..format.digits()];
            let id = Oid::from_hex(hex).unwrap();
            assert_eq!((id.to_string().as_str(), id.format()), (hex, format));
            assert_eq!(Oid::from_hex(hex.to_ascii_uppercase()).unwrap(), id);
            assert_eq!(format!("{id:.7}"), hex[..7]);
            assert_eq!((id.as_bytes().len() * 2, id.short(5).as_str()), (hex.len(), "01234"));
            assert_eq!(ObjectFormat::from_name(format.name()), Some(format));
            assert!(format.empty_tree().is_empty_tree() && !id.is_empty_tree());
            assert_eq!(format.empty_tree().format(), format);
            for wrong in [&hex[1..], &format!("{hex}0"), &hex.replace('f', "g")] {
                assert!(Oid::from_hex(wrong).is_err(), "{wrong}");
            }
        }
        assert!(Oid::from_hex("").is_err());
        assert!(size_of::<Oid>() <= 33);
    }

    #[test]
    fn nothing_is_the_same_in_every_format() {
        for format in [ObjectFormat::Sha1, ObjectFormat::Sha256] {
            assert_eq!(Oid::from_hex(format.zeros()).unwrap(), Oid::ZERO);
            assert_eq!(Oid::from(ObjectId::null(format.kind())), Oid::ZERO);
            assert_eq!(format.hex(Oid::ZERO), format.zeros());
        }
        assert_eq!(Oid::ZERO.to_string(), "0".repeat(40));
    }
}
