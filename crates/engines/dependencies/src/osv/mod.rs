//! Advisories in the OSV schema (1.x): reading them from a directory or a zip
//! file, and saying which versions they are about.

mod advisory;
mod index;
mod load;
mod severity;

pub use advisory::{Advisory, Affected, Effect, Event, PackageName, Range, Reference, Severity};
pub use index::{Index, Match};
pub use load::{LoadError, Loaded, load, load_zip, parse};
pub use severity::Level;
