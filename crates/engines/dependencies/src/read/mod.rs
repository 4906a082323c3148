//! From bytes to what they say, one file a tool.

mod cargo;
mod composer;
mod conan;
mod docker;
mod gems;
mod golang;
mod gradle;
mod lines;
mod npm;
mod nuget;
mod pip;
mod pnpm;
mod pom;
mod pubs;
mod pyproject;
mod pythons;
mod requirement;
mod swift;
mod xml;
mod yarn;

use serde::de::DeserializeOwned;

use crate::limits;
use crate::{Kind, Manifest};

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It has more bytes than [`limits::FILE`].
    #[error("it has more than {} bytes", limits::FILE)]
    TooLarge,
    /// It names more packages than [`limits::PACKAGES`].
    #[error("it names more than {} packages", limits::PACKAGES)]
    TooMany,
    /// It is not UTF-8.
    #[error("it is not text in UTF-8")]
    NotText,
    /// It does not have the form that its name promises.
    #[error("it cannot be read: {0}")]
    Malformed(String),
}

impl ReadError {
    fn malformed(why: impl std::fmt::Display) -> Self {
        let mut why = why.to_string();
        if let Some(end) = why.find('\n') {
            why.truncate(end);
        }
        // A message may quote what it stumbled over, however long that is.
        if let Some((end, _)) = why.char_indices().nth(200) {
            why.truncate(end);
        }
        Self::Malformed(why)
    }
}

/// What a file of a kind says.
///
/// # Errors
/// When it is too large, or not what its name promises.
pub fn read(kind: Kind, bytes: &[u8]) -> Result<Manifest, ReadError> {
    if bytes.len() > limits::FILE {
        return Err(ReadError::TooLarge);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| ReadError::NotText)?;
    let mut manifest = match kind {
        Kind::PackageJson => npm::package_json(text),
        Kind::PackageLock => npm::lock(text),
        Kind::YarnLock => yarn::lock(text),
        Kind::PnpmLock => pnpm::lock(text),
        Kind::Requirements => pip::requirements(text),
        Kind::PyProject => pyproject::pyproject(text),
        Kind::PoetryLock => pythons::poetry_lock(text),
        Kind::UvLock => pythons::uv_lock(text),
        Kind::Pipfile => pip::pipfile(text),
        Kind::PipfileLock => pip::pipfile_lock(text),
        Kind::Pom => pom::pom(text),
        Kind::GradleLock => gradle::lock(text),
        Kind::VersionCatalog => gradle::catalog(text),
        Kind::GoMod => golang::go_mod(text),
        Kind::CargoToml => cargo::manifest(text),
        Kind::CargoLock => cargo::lock(text),
        Kind::ComposerJson => composer::manifest(text),
        Kind::ComposerLock => composer::lock(text),
        Kind::GemfileLock => gems::lock(text),
        Kind::NugetLock => nuget::lock(text),
        Kind::NugetProject => nuget::project(text),
        Kind::NugetCentral => nuget::central(text),
        Kind::NugetConfig => nuget::config(text),
        Kind::Pubspec => pubs::pubspec(text),
        Kind::PubspecLock => pubs::lock(text),
        Kind::SwiftResolved => swift::resolved(text),
        Kind::ConanLock => conan::lock(text),
        Kind::Conanfile => conan::conanfile(text),
        Kind::Dockerfile => docker::dockerfile(text),
    }?;
    let fits = |text: &str| text.len() <= limits::NAME && !text.chars().any(char::is_control);
    manifest.packages.retain(|package| {
        !package.name.is_empty()
            && fits(&package.name)
            && fits(&package.version)
            && fits(&package.requirement)
    });
    if manifest.packages.len() > limits::PACKAGES {
        return Err(ReadError::TooMany);
    }
    Ok(manifest)
}

fn json(text: &str) -> Result<serde_json::Value, ReadError> {
    serde_json::from_str(text).map_err(ReadError::malformed)
}

fn toml_of(text: &str) -> Result<toml::Table, ReadError> {
    text.parse().map_err(ReadError::malformed)
}

/// YAML, bounded in events, nesting and in what aliases may repeat.
pub(crate) fn yaml<T: DeserializeOwned>(text: &str) -> Result<T, ReadError> {
    let budget = serde_saphyr::budget! {
        max_events: 6_000_000,
        max_nodes: 3_000_000,
        max_depth: 64,
        max_aliases: 1_000,
        max_anchors: 1_000,
    };
    let options = serde_saphyr::options! { budget: budget };
    serde_saphyr::from_str_with_options(text, options).map_err(ReadError::malformed)
}
