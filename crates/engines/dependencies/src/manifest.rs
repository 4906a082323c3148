//! What one file says, before it is seen beside others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Ecosystem, Scope};

/// A kind of file that tells of dependencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// `package.json`.
    PackageJson,
    /// `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3.
    PackageLock,
    /// `yarn.lock`, of yarn 1 and later.
    YarnLock,
    /// `pnpm-lock.yaml`, versions 5 to 9.
    PnpmLock,
    /// `requirements.txt` and what is called alike.
    Requirements,
    /// `pyproject.toml`.
    PyProject,
    /// `poetry.lock` and `pdm.lock`.
    PoetryLock,
    /// `uv.lock`.
    UvLock,
    /// `Pipfile`.
    Pipfile,
    /// `Pipfile.lock`.
    PipfileLock,
    /// `pom.xml`.
    Pom,
    /// `gradle.lockfile`.
    GradleLock,
    /// `libs.versions.toml`.
    VersionCatalog,
    /// `go.mod`.
    GoMod,
    /// `Cargo.toml`.
    CargoToml,
    /// `Cargo.lock`.
    CargoLock,
    /// `composer.json`.
    ComposerJson,
    /// `composer.lock`.
    ComposerLock,
    /// `Gemfile.lock` and `gems.locked`.
    GemfileLock,
    /// `packages.lock.json` of NuGet.
    NugetLock,
    /// A project of MSBuild: `*.csproj`, `*.fsproj`, `*.vbproj`.
    NugetProject,
    /// `Directory.Packages.props`.
    NugetCentral,
    /// `packages.config`.
    NugetConfig,
    /// `pubspec.yaml`.
    Pubspec,
    /// `pubspec.lock`.
    PubspecLock,
    /// `Package.resolved`.
    SwiftResolved,
    /// `conan.lock`.
    ConanLock,
    /// `conanfile.txt`.
    Conanfile,
    /// `Dockerfile`, `Containerfile` and what is called alike.
    Dockerfile,
}

/// Directories that hold the packages themselves, or what belongs to them.
const INSTALLED: [&str; 5] = ["node_modules", "bower_components", ".venv", "site-packages", "Pods"];

impl Kind {
    /// The kind of a file by its path; `None` for those that tell nothing, and
    /// for those of packages that lie in the tree.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        let (directories, name) = path.rsplit_once('/').unwrap_or(("", path));
        let kind = Self::of_name(name, directories)?;
        let installed = directories.split('/').any(|part| INSTALLED.contains(&part));
        (!installed).then_some(kind)
    }

    fn of_name(name: &str, directories: &str) -> Option<Self> {
        Some(match name {
            "package.json" => Self::PackageJson,
            "package-lock.json" | "npm-shrinkwrap.json" => Self::PackageLock,
            "yarn.lock" => Self::YarnLock,
            "pnpm-lock.yaml" => Self::PnpmLock,
            "pyproject.toml" => Self::PyProject,
            "poetry.lock" | "pdm.lock" => Self::PoetryLock,
            "uv.lock" => Self::UvLock,
            "Pipfile" => Self::Pipfile,
            "Pipfile.lock" => Self::PipfileLock,
            "pom.xml" => Self::Pom,
            "gradle.lockfile" => Self::GradleLock,
            "go.mod" => Self::GoMod,
            "Cargo.toml" => Self::CargoToml,
            "Cargo.lock" => Self::CargoLock,
            "composer.json" => Self::ComposerJson,
            "composer.lock" => Self::ComposerLock,
            "Gemfile.lock" | "gems.locked" => Self::GemfileLock,
            "packages.lock.json" => Self::NugetLock,
            "Directory.Packages.props" => Self::NugetCentral,
            "packages.config" => Self::NugetConfig,
            "pubspec.yaml" => Self::Pubspec,
            "pubspec.lock" => Self::PubspecLock,
            "Package.resolved" => Self::SwiftResolved,
            "conan.lock" => Self::ConanLock,
            "conanfile.txt" => Self::Conanfile,
            "Dockerfile" | "Containerfile" => Self::Dockerfile,
            _ => match name.rsplit_once('.') {
                Some((_, "csproj" | "fsproj" | "vbproj")) => Self::NugetProject,
                Some((stem, "toml")) if stem.ends_with(".versions") => Self::VersionCatalog,
                Some((stem, "txt"))
                    if stem.contains("requirements")
                        || directories.rsplit('/').next() == Some("requirements") =>
                {
                    Self::Requirements
                }
                Some(("Dockerfile", _) | (_, "dockerfile" | "Dockerfile")) => Self::Dockerfile,
                _ => return None,
            },
        })
    }

    /// Where the packages that it names come from.
    #[must_use]
    pub fn ecosystem(self) -> Ecosystem {
        match self {
            Self::PackageJson | Self::PackageLock | Self::YarnLock | Self::PnpmLock => {
                Ecosystem::Npm
            }
            Self::Requirements
            | Self::PyProject
            | Self::PoetryLock
            | Self::UvLock
            | Self::Pipfile
            | Self::PipfileLock => Ecosystem::Pypi,
            Self::Pom | Self::GradleLock | Self::VersionCatalog => Ecosystem::Maven,
            Self::GoMod => Ecosystem::Go,
            Self::CargoToml | Self::CargoLock => Ecosystem::Cargo,
            Self::ComposerJson | Self::ComposerLock => Ecosystem::Composer,
            Self::GemfileLock => Ecosystem::Gem,
            Self::NugetLock | Self::NugetProject | Self::NugetCentral | Self::NugetConfig => {
                Ecosystem::Nuget
            }
            Self::Pubspec | Self::PubspecLock => Ecosystem::Pub,
            Self::SwiftResolved => Ecosystem::Swift,
            Self::ConanLock | Self::Conanfile => Ecosystem::Conan,
            Self::Dockerfile => Ecosystem::Docker,
        }
    }

    /// Whether it writes down the versions that were chosen, as against those
    /// that would do.
    #[must_use]
    pub fn is_lock(self) -> bool {
        matches!(
            self,
            Self::PackageLock
                | Self::YarnLock
                | Self::PnpmLock
                | Self::PoetryLock
                | Self::UvLock
                | Self::PipfileLock
                | Self::GradleLock
                | Self::CargoLock
                | Self::ComposerLock
                | Self::GemfileLock
                | Self::NugetLock
                | Self::PubspecLock
                | Self::SwiftResolved
                | Self::ConanLock
        )
    }
}

/// What one file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// What kind of file it is.
    pub kind: Kind,
    /// What it says of the project itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<Project>,
    /// The packages that it names.
    pub packages: Vec<Package>,
    /// Of a lock file: which of them the project asks for itself, where it says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roots: Vec<Root>,
    /// Of a POM: what has to be seen together with others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pom: Option<Pom>,
}

impl Manifest {
    pub(crate) fn new(kind: Kind) -> Self {
        Self { kind, project: None, packages: Vec::new(), roots: Vec::new(), pom: None }
    }
}

/// What a file says of the project that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Project {
    /// Its name.
    pub name: String,
    /// Its version, or empty.
    pub version: String,
    /// Its licence as it is written, or empty.
    pub licence: String,
}

/// A package as one file names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// Its name in the file's ecosystem.
    #[serde(rename = "n")]
    pub name: String,
    /// The version that was chosen, or empty.
    #[serde(rename = "v", default, skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// The versions that would do, or empty.
    #[serde(rename = "r", default, skip_serializing_if = "String::is_empty")]
    pub requirement: String,
    /// Whether the project asks for it itself, where the file says.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<bool>,
    /// What it is needed for, where the file says.
    #[serde(rename = "s", default)]
    pub scope: Scope,
    /// Its licence as it is written, or empty.
    #[serde(rename = "l", default, skip_serializing_if = "String::is_empty")]
    pub licence: String,
    /// The line, from 1.
    #[serde(rename = "at")]
    pub line: u32,
    /// Words by which others of the same file ask for it.
    #[serde(rename = "k", default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// Words by which it asks for others.
    #[serde(rename = "q", default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
}

impl Package {
    pub(crate) fn new(name: impl Into<String>, version: impl Into<String>, line: u32) -> Self {
        Self {
            name: name.into(),
            version: version.into(),
            requirement: String::new(),
            direct: None,
            scope: Scope::Unknown,
            licence: String::new(),
            line,
            keys: Vec::new(),
            needs: Vec::new(),
        }
    }

    /// One that a manifest asks for.
    pub(crate) fn wanted(
        name: impl Into<String>,
        requirement: impl Into<String>,
        scope: Scope,
        line: u32,
    ) -> Self {
        Self {
            requirement: requirement.into(),
            direct: Some(true),
            scope,
            ..Self::new(name, "", line)
        }
    }
}

/// Something that a project asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root {
    /// One of a package's [keys](Package::keys).
    pub key: String,
    /// What for.
    pub scope: Scope,
}

/// The parts of a POM that other POMs decide about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Pom {
    /// Its group, or empty where it is the parent's.
    pub group: String,
    /// Its artifact.
    pub artifact: String,
    /// Its version, or empty where it is the parent's.
    pub version: String,
    /// Group, artifact and version of its parent.
    pub parent: Option<[String; 3]>,
    /// Where the parent lies as seen from here; empty for nowhere in the tree.
    pub parent_path: String,
    /// Its properties.
    pub properties: BTreeMap<String, String>,
    /// Versions and scopes that hold where a dependency names none: by
    /// `group:artifact`.
    pub managed: BTreeMap<String, (String, String)>,
    /// POMs whose managed versions hold here, too: group, artifact, version.
    pub imported: Vec<[String; 3]>,
    /// Dependencies: group, artifact, version, scope, line.
    pub dependencies: Vec<(String, String, String, String, u32)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_names() {
        for (path, kind) in [
            ("package.json", Some(Kind::PackageJson)),
            ("web/node_modules/x/package.json", None),
            ("requirements-dev.txt", Some(Kind::Requirements)),
            ("requirements/test.txt", Some(Kind::Requirements)),
            ("docs/notes.txt", None),
            ("gradle/libs.versions.toml", Some(Kind::VersionCatalog)),
            ("src/App.csproj", Some(Kind::NugetProject)),
            ("Dockerfile.dev", Some(Kind::Dockerfile)),
            ("api.dockerfile", Some(Kind::Dockerfile)),
            ("main.go", None),
        ] {
            assert_eq!(Kind::of_path(path), kind, "{path}");
        }
    }
}
