//! What the scanned code depends on: components, their licences, and which of
//! them are known to be vulnerable.

mod advisories;
mod bill;
mod read;

pub use advisories::{AdvisoryImport, Imported, advisory_imports, import_advisories};
pub(crate) use advisories::{matching, revision};
pub use bill::{BillFormat, Document, bill};
pub use read::{
    Dependency, DependencyFilter, DependencyList, DependencySummary, LicenceCount, Source,
    dependencies, licences, told_by,
};
