//! Findings: reading them, deciding about them, the code around them.

mod assign;
mod decide;
mod exceptions;
mod excerpt;
mod export;
mod fix;
mod given;
mod read;

pub use assign::assign;
pub(crate) use assign::by_owners;
pub(crate) use decide::check_note;
pub use decide::{ignore, ignore_until, restore, restore_ignored};
pub use exceptions::{Exception, NewException, except, exceptions, lift};
pub(crate) use exceptions::{covers, expire, holding};
pub use excerpt::{Excerpt, ExcerptLine, excerpt, excerpts, lines};
pub use export::{ExportFormat, MOST_EXPORTED, export};
pub use fix::{
    CommittedFix, FixRange, NewFix, ProposedFix, commit_fix, fix_message, is_fixable, proposed_fix,
};
pub(crate) use given::{GIVEN_BYTES, GivenEdit, GivenFix, MOST_GIVEN, bound};
pub use read::{
    AuthorCount, Counts, FindingFilter, FindingSort, RuleCount, counts, finding, findings, history,
};
pub(crate) use read::{add, category_of, of_row, severity_number, severity_of};
