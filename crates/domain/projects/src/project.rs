//! What a project is.

use base::{TeamId, Timestamp, UserId};

base::typed_id! {
    /// A project.
    pub struct ProjectId;
}

/// A project as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its number, unique on the installation.
    pub id: ProjectId,
    /// 32 lower-case hexadecimal characters, unique on the installation.
    pub uid: String,
    /// The team that it belongs to.
    pub team: TeamId,
    /// The slug in addresses, unique in the team.
    pub name: String,
    /// The name for people.
    pub display_name: String,
    /// What it is about; may be empty.
    pub description: String,
    /// Address of a picture; may be empty.
    pub icon: String,
    /// Whether everybody who is signed in may read its shared depots.
    pub shared: bool,
    /// What it was set up for.
    pub template: crate::Template,
    /// First day, `YYYY-MM-DD`, if planned.
    pub start_date: Option<String>,
    /// Last day, `YYYY-MM-DD`, if planned.
    pub end_date: Option<String>,
    /// Whether it is closed for changes.
    pub archived: bool,
    /// Who made it.
    pub creator: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its settings last changed.
    pub updated_at: Timestamp,
}
