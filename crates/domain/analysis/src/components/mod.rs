//! What the scanned code depends on: components, their licences, and which of
//! them are known to be vulnerable.

mod advisories;
mod bill;
mod bring;
mod read;

pub use advisories::{AdvisoryImport, Imported, advisory_imports, import_advisories};
pub(crate) use advisories::{Known, known, matching};
pub use bill::{BillFormat, Document, bill};
pub(crate) use bring::register;
pub use bring::{
    MOST_ADVISORY_BYTES, advisories_directory, lying_advisories, running_imports, send_advisories,
    stop_import, take_advisories,
};
pub use read::{
    Dependency, DependencyFilter, DependencyList, DependencySummary, LicenceCount, Source,
    dependencies, licences, told_by,
};
