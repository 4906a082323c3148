//! Commits made by actions, and what is said of commits.

mod create_binary_files;
mod create_git_commit_comment;
mod create_git_files;
mod describe_git_commit_note;
mod describe_git_commit_status;
mod describe_notes_by_commits;
mod modify_git_commit_revert;
mod modify_git_commit_status;
mod modify_git_files;

use crate::registry::Registered;

pub(super) const ACTIONS: &[Registered] = &[
    Registered::of::<create_git_files::CreateGitFiles>(),
    Registered::of::<modify_git_files::ModifyGitFiles>(),
    Registered::of::<create_binary_files::CreateBinaryFiles>(),
    Registered::of::<modify_git_commit_revert::ModifyGitCommitRevert>(),
    Registered::of::<describe_git_commit_note::DescribeGitCommitNote>(),
    Registered::of::<describe_notes_by_commits::DescribeNotesByCommits>(),
    Registered::of::<modify_git_commit_status::ModifyGitCommitStatus>(),
    Registered::of::<describe_git_commit_status::DescribeGitCommitStatus>(),
    Registered::of::<create_git_commit_comment::CreateGitCommitComment>(),
];
