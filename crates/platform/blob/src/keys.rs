//! Names of blobs and where they lie.

use base::{Error, Result};
use object_store::path::Path;
use serde::{Deserialize, Serialize};

/// A stored blob.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlobRef {
    /// SHA-256 of the content, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Length in bytes.
    pub size: u64,
}

/// `sha256/ab/cd/abcd…`: no directory gets too many entries, and a name from
/// outside can reach nothing else.
pub(crate) fn path(sha256: &str) -> Result<Path> {
    let hexadecimal = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if sha256.len() != 64 || !sha256.bytes().all(hexadecimal) {
        return Err(Error::not_found("blob"));
    }
    Ok(Path::from_iter(["sha256", &sha256[..2], &sha256[2..4], sha256]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_digest_is_a_name() {
        let digest = "ab".repeat(32);
        assert_eq!(path(&digest).unwrap().as_ref(), format!("sha256/ab/ab/{digest}"));
        for bad in ["", "../../etc/passwd", &"AB".repeat(32), &"é".repeat(32), &digest[1..]] {
            assert!(path(bad).unwrap_err().is_not_found(), "{bad}");
        }
    }
}
