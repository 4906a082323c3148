//! The first start of an installation.

use base::{Result, TeamRole};
use call::Env;
use db::Tx;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::json;

use crate::users::NewUser;
use crate::{Secret, audit, passwords, rules, teams, users};

/// The name of the user that the first start makes.
pub const ADMIN: &str = "admin";

/// What the operator has to be told once.
#[derive(Debug, Clone)]
pub struct FirstStart {
    /// The name of the first user, an owner of the team.
    pub admin: String,
    /// His password, which must be changed at the first sign-in.
    pub one_time_password: Secret,
}

/// Makes the first team and its owner, unless there is a team already.
///
/// # Errors
/// `Invalid` on `team` when the name cannot be a team's.
pub async fn install(env: &Env, team_name: &str) -> Result<Option<FirstStart>> {
    // Nothing slow on every later start.
    if teams_exist(env.db.reader()).await? {
        return Ok(None);
    }
    rules::team_name(team_name)?;
    let password = Secret::from(env.random.readable(16));
    let hash = passwords::hash(env, &password).await?;

    let tx = env.db.begin().await?;
    db::lock_in_transaction(&*tx, "identity:install").await?;
    if teams_exist(&*tx).await? {
        return Ok(None);
    }
    first(&tx, env, team_name, &hash).await?;
    tx.commit().await?;
    Ok(Some(FirstStart { admin: ADMIN.to_owned(), one_time_password: password }))
}

async fn first(tx: &Tx, env: &Env, team_name: &str, hash: &str) -> Result<()> {
    let team = teams::insert(tx, env, team_name, "").await?;
    let user = users::insert(tx, env, &NewUser::named(ADMIN), hash, true).await?;
    teams::join(tx, env, team.id, user.id, TeamRole::Owner).await?;
    let entry = audit::Entry {
        team: Some(team.id),
        actor: None,
        actor_name: "system",
        act: "team.create",
        subject: &format!("team:{}", team.id),
        details: json!({ "name": team_name, "owner": ADMIN }),
        address: None,
        request_id: "",
    };
    audit::write(tx, env, entry).await
}

async fn teams_exist(connection: &impl sea_orm::ConnectionTrait) -> Result<bool> {
    Ok(crate::tables::teams::Entity::find().count(connection).await? > 0)
}
