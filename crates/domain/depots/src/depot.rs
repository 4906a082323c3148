//! What a depot is.

use base::{TeamId, Timestamp, UserId};
use projects::ProjectId;

base::typed_id! {
    /// A depot.
    pub struct DepotId;
}

/// Where the truth of a depot lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DepotKind {
    /// Here: people push to us.
    Hosted,
    /// Elsewhere: we mirror it when something asks for its content.
    Outside {
        /// The address that it is fetched from.
        url: String,
    },
}

/// Whether a depot can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DepotState {
    /// It can.
    Ready,
    /// Its content is on the way.
    Importing,
    /// Its content could not be had.
    Failed {
        /// What went wrong, for people.
        why: String,
    },
}

/// A depot as it is stored, with the names that its addresses are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Depot {
    /// Its number, unique on the installation.
    pub id: DepotId,
    /// The project that it belongs to.
    pub project: ProjectId,
    /// That project's slug.
    pub project_name: String,
    /// The team of the project.
    pub team: TeamId,
    /// That team's slug.
    pub team_name: String,
    /// The slug, unique in the project.
    pub name: String,
    /// What it is about; may be empty.
    pub description: String,
    /// Whether everybody who is signed in may read it.
    pub shared: bool,
    /// Ours or somebody else's.
    pub kind: DepotKind,
    /// Usable or not.
    pub state: DepotState,
    /// The branch that people see first; it need not exist yet.
    pub default_branch: String,
    /// Who made it.
    pub creator: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its settings last changed.
    pub updated_at: Timestamp,
    /// When something was last pushed to it.
    pub last_push_at: Option<Timestamp>,
    /// Whether it is in the archive: read, but changed by nobody.
    pub archived: bool,
}

impl Depot {
    /// `team/project/depot`, the path of its addresses.
    pub fn path(&self) -> String {
        format!("{}/{}/{}", self.team_name, self.project_name, self.name)
    }

    /// The address for Git over HTTP. `base` is the installation's address
    /// without a slash at its end. An outside depot has its own.
    pub fn http_url(&self, base: &str) -> String {
        match &self.kind {
            DepotKind::Hosted => format!("{base}/{}.git", self.path()),
            DepotKind::Outside { url } => url.clone(),
        }
    }

    /// The address for Git over SSH on `host` (`name` or `name:port`); empty
    /// where that is not served.
    pub fn ssh_url(&self, host: &str) -> String {
        match (&self.kind, host.rsplit_once(':')) {
            (DepotKind::Outside { url }, _) => url.clone(),
            (DepotKind::Hosted, _) if host.is_empty() => String::new(),
            (DepotKind::Hosted, Some((_, port))) if port != "22" => {
                format!("ssh://git@{host}/{}.git", self.path())
            }
            (DepotKind::Hosted, split) => {
                format!("git@{}:{}.git", split.map_or(host, |(name, _)| name), self.path())
            }
        }
    }

    /// The address of its page.
    pub fn web_url(&self, base: &str) -> String {
        format!("{base}/p/{}/d/{}", self.project_name, self.name)
    }
}
