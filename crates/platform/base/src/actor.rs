//! Who is asking, and how far what he showed reaches.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Error, Result, TeamId, UserId};

/// Whoever a call is made for.
#[derive(Debug, Clone)]
pub enum Actor {
    /// Somebody who has not said who he is.
    Nobody,
    /// A signed-in user.
    User(UserActor),
    /// A machine with a key of one depot.
    DeployKey(DeployKeyActor),
    /// The installation itself: jobs, the command line.
    System,
}

/// A signed-in user, in one of his teams.
#[derive(Debug, Clone)]
pub struct UserActor {
    /// The user.
    pub id: UserId,
    /// His unique name (CODING's GlobalKey).
    pub name: Arc<str>,
    /// The team that he acts in.
    pub team: TeamId,
    /// His role in that team.
    pub role: TeamRole,
    /// What the credential that he showed is good for.
    pub scopes: Scopes,
    /// How he came in.
    pub via: Via,
}

/// A machine that has shown a key which is good for one depot only.
#[derive(Debug, Clone)]
pub struct DeployKeyActor {
    /// The key's number.
    pub id: i64,
    /// The name under which its acts are written down.
    pub name: Arc<str>,
    /// The team of the depot.
    pub team: TeamId,
    /// The number of the depot.
    pub depot: i64,
    /// Whether it may push.
    pub may_write: bool,
}

/// A role in a team, from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TeamRole {
    /// Sees the projects that he is a member of.
    Member,
    /// Sees and manages every project, and people.
    Admin,
    /// An admin who cannot be removed by admins.
    Owner,
}

impl TeamRole {
    /// The role as the database and the pages name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
}

impl std::str::FromStr for TeamRole {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "member" => Ok(Self::Member),
            "admin" => Ok(Self::Admin),
            "owner" => Ok(Self::Owner),
            _ => Err(Error::invalid("role", "must be member, admin or owner")),
        }
    }
}

/// The way by which a user came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// A browser session.
    Session,
    /// Name and password with each request.
    Password,
    /// A personal access token.
    Token,
    /// A request signed with an access key.
    AccessKey,
    /// An application that the user has let in.
    OAuth,
    /// One of his SSH keys.
    SshKey,
}

impl Actor {
    /// The user, or [`Error::Unauthenticated`] for nobody and for the system.
    ///
    /// # Errors
    /// When nobody has signed in; `Denied` for a deploy key.
    pub fn user(&self) -> Result<&UserActor> {
        match self {
            Self::User(user) => Ok(user),
            Self::DeployKey(_) => Err(Error::denied("to be a person; a deploy key is not enough")),
            Self::Nobody | Self::System => Err(Error::unauthenticated("sign in first")),
        }
    }

    /// The user's id, if a user is asking.
    pub fn user_id(&self) -> Option<UserId> {
        match self {
            Self::User(user) => Some(user.id),
            Self::DeployKey(_) | Self::Nobody | Self::System => None,
        }
    }

    /// The name under which an act is written down.
    pub fn name(&self) -> &str {
        match self {
            Self::User(user) => &user.name,
            Self::DeployKey(key) => &key.name,
            Self::Nobody => "nobody",
            Self::System => "system",
        }
    }

    /// Checks that the credential reaches as far as `scope`. A deploy key is
    /// good for the content of its depot.
    ///
    /// # Errors
    /// [`Error::Denied`] naming the scope.
    pub fn needs_scope(&self, scope: Scope) -> Result<()> {
        match self {
            Self::User(user) if !user.scopes.contains(scope) => {
                Err(Error::denied(format!("the scope {}", scope.name())))
            }
            Self::DeployKey(_) if scope != Scope::ProjectDepot => {
                Err(Error::denied(format!("the scope {}", scope.name())))
            }
            _ => Ok(()),
        }
    }

    /// Checks that the credential reaches as far as reading within `scope`;
    /// for acts that change nothing.
    ///
    /// # Errors
    /// [`Error::Denied`] naming the scope.
    pub fn needs_scope_to_read(&self, scope: Scope) -> Result<()> {
        match self {
            Self::User(user) if !user.scopes.can_read(scope) => {
                Err(Error::denied(format!("the scope {}", scope.name())))
            }
            Self::DeployKey(_) if scope != Scope::ProjectDepot => {
                Err(Error::denied(format!("the scope {}", scope.name())))
            }
            _ => Ok(()),
        }
    }
}

macro_rules! scopes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A field of work that a token or an application may be limited to.
        ///
        /// The names are those of the OAuth scopes at the head of the CODING
        /// Open API document, and our own for what that does not have.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Scope {
            $($(#[$doc])* $variant,)*
        }

        impl Scope {
            /// Every scope, in the order of their bits.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The scope's name on the wire.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

scopes! {
    /// Name and picture of the user.
    User = "user",
    /// The user's mail address.
    UserEmail = "user:email",
    /// The user's notifications.
    Notification = "notification",
    /// Projects: list, settings, members to read.
    Project = "project",
    /// Published API documents.
    ProjectApiDoc = "project:api_doc",
    /// Packages: read and write.
    ProjectArtifacts = "project:artifacts",
    /// Depots: read and write, Git included.
    ProjectDepot = "project:depot",
    /// Files.
    ProjectFile = "project:file",
    /// Work items.
    ProjectIssue = "project:issue",
    /// Deploy keys and own keys.
    ProjectKey = "project:key",
    /// Members, to change.
    ProjectMembers = "project:members",
    /// Notices.
    ProjectNotice = "project:notice",
    /// Scan plans, scans and findings.
    ProjectAnalysis = "project:analysis",
    /// Jobs and builds.
    ProjectCi = "project:ci",
    /// Settings of the team and of the installation.
    TeamAdmin = "team:admin",
}

/// A set of [`Scope`]s, each whole or for reading only.
///
/// A scope for reading only is not [`contained`](Self::contains): whoever does
/// not think of it refuses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scopes(u32);

/// Bits 0..16 say "whole", bits 16..32 "may read"; whole sets both.
const READ: u32 = 16;
const _: () = assert!(Scope::ALL.len() <= READ as usize, "the bits of a set are used up");

impl Scopes {
    /// Everything; what a browser session and a password have.
    pub const EVERYTHING: Self = Self(u32::MAX);
    /// Nothing.
    pub const NOTHING: Self = Self(0);

    /// Whether `scope` is in the set as a whole, reading and changing.
    pub fn contains(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u32) != 0
    }

    /// Whether `scope` is in the set, be it for reading only.
    pub fn can_read(self, scope: Scope) -> bool {
        self.0 & (1 << (READ + scope as u32)) != 0
    }

    /// The set with the whole of `scope` added.
    #[must_use]
    pub fn with(self, scope: Scope) -> Self {
        Self(self.0 | 1 << scope as u32 | 1 << (READ + scope as u32))
    }

    /// The set with `scope` added for reading.
    #[must_use]
    pub fn with_read(self, scope: Scope) -> Self {
        Self(self.0 | 1 << (READ + scope as u32))
    }

    /// Those that are in both sets.
    #[must_use]
    pub fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The scopes that the set holds as a whole, in their fixed order.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.iter().copied().filter(move |scope| self.contains(*scope))
    }

    /// Reads names separated by commas, blanks or `+`; a name may end in `:ro`
    /// for reading only or in `:rw`; `all` is everything.
    ///
    /// # Errors
    /// `Invalid` on the field `scope`, naming the unknown scope.
    pub fn parse(text: &str) -> Result<Self> {
        let mut scopes = Self::NOTHING;
        for name in text.split([',', ' ', '+']).filter(|name| !name.is_empty()) {
            if name == "all" {
                return Ok(Self::EVERYTHING);
            }
            let (bare, read_only) = match name.strip_suffix(":ro") {
                Some(bare) => (bare, true),
                None => (name.strip_suffix(":rw").unwrap_or(name), false),
            };
            let scope = *Scope::ALL
                .iter()
                .find(|scope| scope.name() == bare)
                .ok_or_else(|| Error::invalid("scope", format!("has no scope {name:?}")))?;
            scopes = if read_only { scopes.with_read(scope) } else { scopes.with(scope) };
        }
        Ok(scopes)
    }
}

impl std::fmt::Display for Scopes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if *self == Self::EVERYTHING {
            return f.write_str("all");
        }
        let mut separator = "";
        for scope in Scope::ALL.iter().copied().filter(|scope| self.can_read(*scope)) {
            let suffix = if self.contains(scope) { "" } else { ":ro" };
            write!(f, "{separator}{}{suffix}", scope.name())?;
            separator = ",";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_survive_their_text() {
        let scopes = Scopes::parse("user, project:depot").unwrap();
        assert!(scopes.contains(Scope::User) && scopes.contains(Scope::ProjectDepot));
        assert!(!scopes.contains(Scope::Project));
        assert_eq!(Scopes::parse(&scopes.to_string()).unwrap(), scopes);
        assert_eq!(Scopes::parse("all").unwrap(), Scopes::EVERYTHING);
        assert!(Scopes::parse("user,nonsense").unwrap_err().to_string().contains("nonsense"));
    }

    #[test]
    fn a_scope_for_reading_only_is_refused_for_changes() {
        let scopes = Scopes::parse("project:depot:ro project:rw").unwrap();
        assert!(scopes.can_read(Scope::ProjectDepot) && !scopes.contains(Scope::ProjectDepot));
        assert!(scopes.contains(Scope::Project) && !scopes.can_read(Scope::User));
        assert_eq!(scopes.to_string(), "project,project:depot:ro");
        assert_eq!(Scopes::parse(&scopes.to_string()).unwrap(), scopes);
        let common = scopes.both(Scopes::parse("project:depot,user").unwrap());
        assert_eq!(common.to_string(), "project:depot:ro");
    }
}
