//! Coverage: which lines of a commit tests have run.
//!
//! Reports come in from outside, one for each kind of tests of a commit, in the
//! formats of [`CoverageFormat`]. They are kept with the depot, so every plan,
//! page and merge request sees the same.

mod covered;
mod lookup;
mod pack;
mod paths;
mod readers;
mod upload;

use base::Timestamp;

pub(crate) use covered::sum;
pub use covered::{CoverageFormat, CoverageOf, Covered};
use covered::{MOST_FILES, MOST_LINES};
pub(crate) use lookup::of_commit;
pub use lookup::{CoverageReport, CoveredFile, coverage, coverage_file, covered_commits};
pub use upload::{NewCoverage, Uploaded, upload_coverage};
pub(crate) use upload::{keep, prune};

/// The largest report, in bytes.
pub const MOST_BYTES: usize = 64 << 20;
/// What is known of one kind of tests of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageFlag {
    /// Its name; empty for the one without.
    pub flag: String,
    /// The format it came in.
    pub format: String,
    /// Its sums.
    pub covered: Covered,
    /// When it came in.
    pub at: Timestamp,
}
