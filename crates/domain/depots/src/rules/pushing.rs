//! Who changes refs, as the rules see him.

use base::{Actor, Read, Result, UserId};
use call::Call;
use projects::{ProjectKey, ProjectRole};

use crate::Depot;

/// Who changes refs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pushing {
    /// The name, also of a deploy key.
    pub(crate) name: String,
    /// The user; nobody for a deploy key and for the installation itself.
    pub(crate) user: Option<UserId>,
    /// His role in the depot's project; a team's admins are admins there.
    pub(crate) role: Option<ProjectRole>,
    /// His mail addresses, as far as they are known to be his.
    pub(crate) mails: Vec<String>,
    /// The deploy key that is used instead of a user's credential.
    pub(crate) deploy_key: Option<i64>,
}

impl Pushing {
    /// Whether nobody asks but the installation, for itself.
    pub(crate) fn is_installation(&self) -> bool {
        self.user.is_none() && self.deploy_key.is_none()
    }

    /// Finds out who the caller is to this depot.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn find(call: &Call, depot: &Depot) -> Result<Self> {
        let mut pushing = Self { name: call.actor.name().to_owned(), ..Self::default() };
        let actor = match &call.actor {
            Actor::User(actor) => actor,
            Actor::DeployKey(key) => {
                pushing.deploy_key = Some(key.id);
                return Ok(pushing);
            }
            Actor::System | Actor::Nobody => return Ok(pushing),
        };
        let user = identity::users::get(call.db.reader(), actor.id).await?;
        pushing.user = Some(actor.id);
        if user.email_validated && !user.email.is_empty() {
            pushing.mails.push(user.email);
        }
        match projects::authorise::<Read>(call, ProjectKey::Id(depot.project)).await {
            Ok(project) => pushing.role = projects::role_in(call, &project).await?,
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
        }
        Ok(pushing)
    }
}
