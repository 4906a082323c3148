//! Branches put on top of others.

mod modify_git_rebase;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[Registered::of::<modify_git_rebase::ModifyGitRebase>()];
