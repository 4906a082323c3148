//! Who changes refs, as the rules see him.

use base::{Actor, Read, Result, UserId};
use call::Call;
use projects::{ProjectKey, ProjectRole};

use crate::Depot;

/// Who changes refs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pushing {
    /// The user; nobody for a deploy key and for the installation itself.
    pub(crate) user: Option<UserId>,
    /// The name to call him by.
    pub(crate) name: String,
    /// His role in the depot's project; a team's admins are admins there.
    pub(crate) role: Option<ProjectRole>,
    /// His mail addresses.
    pub(crate) mails: Vec<String>,
    /// The groups of people that he belongs to.
    pub(crate) groups: Vec<i64>,
    /// The deploy key that is used instead of a user's credential.
    pub(crate) deploy_key: Option<i64>,
}

impl Pushing {
    /// Finds out who the caller is to this depot.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn find(call: &Call, depot: &Depot) -> Result<Self> {
        let mut pushing = Self { name: call.actor.name().to_owned(), ..Self::default() };
        let Actor::User(actor) = &call.actor else { return Ok(pushing) };
        let user = identity::users::get(call.db.reader(), actor.id).await?;
        pushing.user = Some(actor.id);
        if !user.email.is_empty() {
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
