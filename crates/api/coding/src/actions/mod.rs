//! The actions: a directory for each section of the document, a file for each
//! action. A new action is its file and its two lines in the section's list;
//! see `docs/adding-an-action.md`.

mod depot;
mod project;
mod project_settings;
mod ssh_key;
mod team;

use crate::registry::Registered;

/// The sections' lists.
pub(crate) const SECTIONS: &[&[Registered]] =
    &[team::ACTIONS, project::ACTIONS, project_settings::ACTIONS, depot::ACTIONS, ssh_key::ACTIONS];
