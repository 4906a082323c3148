//! Tags made and removed by actions.

mod create_git_tag;
mod delete_git_tag;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<create_git_tag::CreateGitTag>(),
    Registered::of::<delete_git_tag::DeleteGitTag>(),
];
