//! How much is read at most.

/// Bytes of a lock file or manifest. The largest that are known, of monorepos
/// with ten thousand packages, have some 10 MB.
pub const FILE: usize = 24 << 20;
/// Packages of one file.
pub const PACKAGES: usize = 100_000;
/// Components of one tree.
pub const COMPONENTS: usize = 200_000;
/// Nesting of XML elements.
pub(crate) const DEPTH: usize = 64;
/// Elements of one XML file.
pub(crate) const ELEMENTS: usize = 500_000;
/// Levels of parents of a POM, and of properties within properties.
pub(crate) const PARENTS: usize = 16;
/// Bytes of a name or a version; longer ones are not packages.
pub const NAME: usize = 512;
/// Bytes of a licence's text that are looked at.
pub const LICENCE: usize = 256 << 10;
/// Bytes of one advisory.
pub const ADVISORY: u64 = 4 << 20;
/// Advisories of one import.
pub const ADVISORIES: usize = 1_000_000;
/// Bytes of all advisories of one import, unpacked.
pub const ADVISORIES_BYTES: u64 = 4 << 30;
