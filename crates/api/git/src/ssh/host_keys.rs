//! The keys by which clients know this server again.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use base::{Error, Random, Result};
use identity::ssh_keys::HostKey;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use russh::keys::ssh_key::LineEnding;
use russh::keys::{Algorithm, EcdsaCurve, HashAlg, PrivateKey};

/// The directory below that of the data.
const DIRECTORY: &str = "ssh";
/// What no private key exceeds.
const LONGEST: u64 = 16 * 1024;

/// Ed25519 for everybody, ECDSA for those who do not know it.
const KEYS: [(&str, Algorithm); 2] = [
    ("host_ed25519_key", Algorithm::Ed25519),
    ("host_ecdsa_key", Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 }),
];

/// The server's own keys.
#[derive(Clone)]
pub struct HostKeys(pub(super) Vec<PrivateKey>);

impl std::fmt::Debug for HostKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.public()).finish()
    }
}

impl HostKeys {
    /// Reads the keys from the data directory; those that are missing are made.
    ///
    /// # Errors
    /// `Conflict` when a key can be read by others or is none; when the disk
    /// refuses.
    pub fn open_or_create(data_dir: &Path, random: &dyn Random) -> Result<Self> {
        let directory = data_dir.join(DIRECTORY);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&directory)?;
        let mut keys = Vec::with_capacity(KEYS.len());
        for (name, algorithm) in KEYS {
            let path = directory.join(name);
            if !path.exists() {
                create(&directory, &path, algorithm, random)?;
            }
            keys.push(read(&path)?);
        }
        Ok(Self(keys))
    }

    /// What people may be shown of them.
    pub fn public(&self) -> Vec<HostKey> {
        self.0
            .iter()
            .map(|key| HostKey {
                algorithm: key.algorithm().as_str().to_owned(),
                fingerprint: key.public_key().fingerprint(HashAlg::Sha256).to_string(),
                line: key.public_key().to_openssh().unwrap_or_default().trim_end().to_owned(),
            })
            .collect()
    }
}

/// Writes a key under another name first; of two processes that start at once
/// one wins, and both read the same key afterwards.
fn create(directory: &Path, path: &Path, algorithm: Algorithm, random: &dyn Random) -> Result<()> {
    let mut seed = [0_u8; 32];
    random.fill(&mut seed);
    let key =
        PrivateKey::random(&mut StdRng::from_seed(seed), algorithm).map_err(Error::internal)?;
    let text = key.to_openssh(LineEnding::LF).map_err(Error::internal)?;
    let temporary = directory.join(format!(".{}.new", std::process::id()));
    drop(fs::remove_file(&temporary));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&temporary, path);
    fs::remove_file(&temporary)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(File::open(directory)?.sync_all()?),
    }
}

fn read(path: &Path) -> Result<PrivateKey> {
    let file = File::open(path)?;
    let mode = file.metadata()?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(Error::conflict(format!(
            "{} can be read by others (mode {:03o}); it must be 600",
            path.display(),
            mode & 0o777
        )));
    }
    let mut text = String::new();
    file.take(LONGEST).read_to_string(&mut text)?;
    PrivateKey::from_openssh(&text)
        .map_err(|_| Error::conflict(format!("{} is not a private key", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_and_kept_from_others() {
        let here = tempfile::tempdir().unwrap();
        let keys = HostKeys::open_or_create(here.path(), &base::SystemRandom).unwrap().public();
        let algorithms: Vec<_> = keys.iter().map(|key| key.algorithm.as_str()).collect();
        assert_eq!(algorithms, ["ssh-ed25519", "ecdsa-sha2-nistp256"]);
        assert!(keys.iter().all(|key| key.fingerprint.starts_with("SHA256:")));
        assert_eq!(
            HostKeys::open_or_create(here.path(), &base::SystemRandom).unwrap().public(),
            keys
        );
        let directory = here.path().join(DIRECTORY);
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 2);
        let path = directory.join("host_ed25519_key");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let error = HostKeys::open_or_create(here.path(), &base::SystemRandom).unwrap_err();
        assert!(error.to_string().contains("mode 644"), "{error}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "hello").unwrap();
        let error = HostKeys::open_or_create(here.path(), &base::SystemRandom).unwrap_err();
        assert!(error.to_string().contains("not a private key"), "{error}");
    }
}
