//! The actions: a directory for each section of the document, a file for each
//! action. A new action is its file and its two lines in the section's list;
//! see `docs/adding-an-action.md`.

mod branch_protection_rules;
mod branch_reading;
mod branch_rebasing;
mod branch_rules;
mod branch_writing;
mod code_search;
mod commit_reading;
mod commit_writing;
mod depot;
mod depot_administration;
mod depot_pushes;
mod depot_reading;
mod depot_settings;
mod depot_specs;
mod depot_writing;
mod git_release;
mod project;
mod project_settings;
mod protected_branch;
mod ssh_key;
mod tag_reading;
mod tag_rules;
mod tag_writing;
mod team;

use crate::registry::Registered;

/// The sections' lists.
pub(crate) const SECTIONS: &[&[Registered]] = &[
    team::ACTIONS,
    project::ACTIONS,
    project_settings::ACTIONS,
    depot::ACTIONS,
    depot_administration::ACTIONS,
    git_release::ACTIONS,
    ssh_key::ACTIONS,
    depot_reading::ACTIONS,
    commit_reading::ACTIONS,
    tag_reading::ACTIONS,
    branch_reading::ACTIONS,
    depot_writing::ACTIONS,
    commit_writing::ACTIONS,
    tag_writing::ACTIONS,
    branch_writing::ACTIONS,
    branch_rebasing::ACTIONS,
    code_search::ACTIONS,
    branch_protection_rules::ACTIONS,
    protected_branch::ACTIONS,
    branch_rules::ACTIONS,
    tag_rules::ACTIONS,
    depot_pushes::ACTIONS,
    depot_specs::ACTIONS,
    depot_settings::ACTIONS,
];
