//! Commits and notes made by actions, and comments.

mod create_git_commit;
mod create_git_commit_note;
mod delete_git_files;
mod describe_git_commit_comments;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<create_git_commit::CreateGitCommit>(),
    Registered::of::<delete_git_files::DeleteGitFiles>(),
    Registered::of::<create_git_commit_note::CreateGitCommitNote>(),
    Registered::of::<describe_git_commit_comments::DescribeGitCommitComments>(),
];
