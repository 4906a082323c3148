//! Projects and who may do what in them.
//!
//! A project belongs to a team, holds everything that a team makes, and has
//! members. Every other domain asks this one for a proof of permission:
//! [`authorise`] returns a [`Granted`](base::Granted) project, and no function
//! that reads or changes a project's things can be called without one.

mod access;
mod change;
mod list;
pub mod members;
mod names;
mod project;
mod role;
mod tables;

pub use access::{ProjectKey, authorise, role_in};
pub use change::{NewProject, ProjectChange, Template, create, create_in, delete_in, modify};
pub use list::{
    ProjectFilter, VisibleIds, by_ids, by_ids_in, id_by_name, ids_in_team, list, list_of_user,
    visible_ids,
};
pub use names::check_slug;
pub use project::{Project, ProjectId};
pub use role::ProjectRole;
pub use tables::MIGRATIONS;
