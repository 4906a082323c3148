//! Findings: reading them, deciding about them, the code around them.

mod decide;
mod excerpt;
mod read;

pub use decide::{ignore, restore};
pub use excerpt::{Excerpt, ExcerptLine, excerpt, excerpts, lines};
pub use read::{
    AuthorCount, Counts, FindingFilter, FindingSort, RuleCount, counts, finding, findings, history,
};
pub(crate) use read::{add, severity_number, severity_of};
