//! Secrets that are needed in the clear later: sealed with the installation's
//! key, which never leaves the data directory.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::Arc;

use base::{Error, Random, Result};
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{Key, KeyInit as _, XChaCha20Poly1305, XNonce};

const FILE: &str = "installation.key";
const KEY: usize = 32;
const NONCE: usize = 24;
/// Put first, so that the algorithm can change.
const VERSION: u8 = 1;

/// Seals and opens secrets. Cheap to clone; prints nothing about itself.
#[derive(Clone)]
pub struct Vault {
    cipher: Arc<XChaCha20Poly1305>,
    random: Arc<dyn Random>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// The vault of the installation in `data_dir`, whose key is made when it
    /// is first asked for.
    ///
    /// # Errors
    /// `Conflict` when the key file can be read by others or is not a key;
    /// `Internal` when it cannot be read or made.
    pub fn open_or_create(data_dir: &Path, random: Arc<dyn Random>) -> Result<Self> {
        let path = data_dir.join(FILE);
        if !path.exists() {
            create(data_dir, &path, &*random)?;
        }
        let key = read(&path)?;
        let cipher = Arc::new(XChaCha20Poly1305::new(&Key::from(key)));
        Ok(Self { cipher, random })
    }

    /// Encrypts `secret`; only [`Vault::open`] with the same `purpose` reads
    /// it. The purpose names table, column and row or owner, so that a sealed
    /// value is worth nothing in another place.
    ///
    /// # Errors
    /// `Internal` when the secret is too long (256 GiB).
    pub fn seal(&self, secret: &[u8], purpose: &str) -> Result<Vec<u8>> {
        let mut nonce = [0_u8; NONCE];
        self.random.fill(&mut nonce);
        let payload = Payload { msg: secret, aad: purpose.as_bytes() };
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Error::internal("a secret could not be sealed"))?;
        Ok([&[VERSION][..], &nonce, &sealed].concat())
    }

    /// What tells a secret from another without telling what it is: the same for
    /// the same hash, and nothing that can be tried out without the installation's
    /// key. `hash` is one of 32 bytes over the purpose and the secret.
    ///
    /// # Errors
    /// Never in practice: when the cipher refuses 32 bytes.
    pub fn fingerprint(&self, hash: &[u8; 32]) -> Result<[u8; 32]> {
        // The cipher's key stream at a place that the hash names; what is sealed
        // uses places drawn at random among 2^192.
        let mut nonce = [0_u8; NONCE];
        nonce.copy_from_slice(&hash[..NONCE]);
        let stream = self
            .cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: &[0; 32], aad: b"fingerprint" })
            .map_err(|_| Error::internal("a secret could not be fingerprinted"))?;
        let first = stream.first_chunk::<32>().copied();
        first.ok_or_else(|| Error::internal("a secret could not be fingerprinted"))
    }

    /// Decrypts what was sealed for `purpose`.
    ///
    /// # Errors
    /// `Internal` when it was sealed by another installation, for another
    /// purpose, or has been changed.
    pub fn open(&self, sealed: &[u8], purpose: &str) -> Result<Vec<u8>> {
        let broken = || Error::internal("a sealed secret cannot be opened with this key");
        let (version, rest) = sealed.split_first().ok_or_else(broken)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or_else(broken)?;
        if *version != VERSION {
            return Err(broken());
        }
        let payload = Payload { msg: sealed, aad: purpose.as_bytes() };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| broken())
    }
}

/// Writes a new key under another name first; of two processes that start at
/// once one wins, and both read the same key afterwards.
fn create(data_dir: &Path, path: &Path, random: &dyn Random) -> Result<()> {
    let mut key = [0_u8; KEY];
    random.fill(&mut key);
    let mut suffix = [0_u8; 8];
    base::SystemRandom.fill(&mut suffix);
    let temporary = data_dir.join(format!(".{FILE}.{}", u64::from_ne_bytes(suffix)));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
    file.write_all(&key)?;
    file.sync_all()?;
    let linked = fs::hard_link(&temporary, path);
    fs::remove_file(&temporary)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(File::open(data_dir)?.sync_all()?),
    }
}

fn read(path: &Path) -> Result<[u8; KEY]> {
    let file = File::open(path)?;
    let mode = file.metadata()?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(Error::conflict(format!(
            "{} can be read by others (mode {:03o}); it must be 600",
            path.display(),
            mode & 0o777
        )));
    }
    let mut key = Vec::with_capacity(KEY + 1);
    file.take(KEY as u64 + 1).read_to_end(&mut key)?;
    key.try_into()
        .map_err(|_| Error::conflict(format!("{} is not a key of 32 bytes", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededRandom;

    fn vault(directory: &Path, seed: u64) -> Result<Vault> {
        Vault::open_or_create(directory, Arc::new(SeededRandom::new(seed)))
    }

    #[test]
    fn a_secret_opens_for_its_purpose_in_its_installation_only() {
        let here = tempfile::tempdir().unwrap();
        let first = vault(here.path(), 1).unwrap();
        let sealed = first.seal(b"hunter2", "token:7").unwrap();
        assert!(!sealed.windows(7).any(|window| window == b"hunter2"));
        assert_ne!(sealed, first.seal(b"hunter2", "token:7").unwrap());

        let again = vault(here.path(), 2).unwrap();
        assert_eq!(again.open(&sealed, "token:7").unwrap(), b"hunter2");
        assert!(again.open(&sealed, "token:8").is_err());
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(again.open(&changed, "token:7").is_err(), "byte {position}");
            assert!(again.open(&sealed[..position], "token:7").is_err());
        }
        let elsewhere = tempfile::tempdir().unwrap();
        assert!(vault(elsewhere.path(), 3).unwrap().open(&sealed, "token:7").is_err());
    }

    #[test]
    fn a_key_that_others_read_or_that_is_no_key_is_refused() {
        let here = tempfile::tempdir().unwrap();
        vault(here.path(), 1).unwrap();
        let path = here.path().join(FILE);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(here.path()).unwrap().count(), 1);

        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = vault(here.path(), 1).unwrap_err();
        assert!(error.to_string().contains("mode 640"), "{error}");

        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, b"short").unwrap();
        let error = vault(here.path(), 1).unwrap_err();
        assert!(error.to_string().contains("32 bytes"), "{error}");
    }

    #[test]
    fn a_fingerprint_is_the_same_in_its_installation_only() {
        let (here, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let vault = |directory: &tempfile::TempDir, seed| self::vault(directory.path(), seed);
        let (first, other) = (vault(&here, 1).unwrap(), vault(&elsewhere, 2).unwrap());
        let one = first.fingerprint(&[7; 32]).unwrap();
        assert_eq!(one, vault(&here, 3).unwrap().fingerprint(&[7; 32]).unwrap());
        assert_ne!(one, first.fingerprint(&[8; 32]).unwrap());
        assert_ne!(one, other.fingerprint(&[7; 32]).unwrap());
    }

    #[test]
    fn it_prints_nothing() {
        let here = tempfile::tempdir().unwrap();
        assert_eq!(format!("{:?}", vault(here.path(), 1).unwrap()), "Vault");
    }
}
