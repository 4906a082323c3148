//! The audit log: who did what, when, from where. Rows are only ever added,
//! in the unit of work that does what they tell of.

use std::net::IpAddr;

use base::{Actor, PageRequest, Paged, Result, TeamId, Timestamp, UserId};
use call::{Call, Env};
use db::Tx;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait as _,
    EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use crate::rights;
use crate::tables::audit_log;

/// One line of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The number; a later line has a larger one.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// In which team, where it was in one.
    pub team: Option<TeamId>,
    /// Which user, unless it was the installation or nobody known.
    pub actor: Option<UserId>,
    /// The actor's name at that time.
    pub actor_name: String,
    /// What was done: `token.create`, `sign_in.failed`.
    pub act: String,
    /// To what: `user:7`, `project:3`.
    pub subject: String,
    /// More about it; never a secret.
    pub details: serde_json::Value,
    /// From which network address, or nothing.
    pub address: String,
    /// In which request, or nothing.
    pub request_id: String,
}

/// Which lines are wanted; an empty filter wants all of the team.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// The team; without it the caller's.
    pub team: Option<TeamId>,
    /// Only this user's acts.
    pub actor: Option<UserId>,
    /// Only acts that start with this: `token.`.
    pub act: Option<String>,
    /// Only this subject.
    pub subject: Option<String>,
    /// Only from this moment on.
    pub since: Option<Timestamp>,
    /// Only before this moment.
    pub until: Option<Timestamp>,
}

/// Writes down that the caller did `act` to `subject`.
///
/// `act` is `kind.verb` in lower case, `subject` is `kind:id`; `details` must
/// hold no secret.
///
/// # Errors
/// When the database cannot be reached.
pub async fn record(
    tx: &Tx,
    call: &Call,
    act: &str,
    subject: &str,
    details: serde_json::Value,
) -> Result<()> {
    let team = match &call.actor {
        Actor::User(user) => Some(user.team),
        Actor::DeployKey(key) => Some(key.team),
        Actor::Nobody | Actor::System => None,
    };
    record_in(tx, call, team, act, subject, details).await
}

/// As [`record`], in a team that need not be the caller's: what the
/// installation does in a team is for its admins to read.
///
/// # Errors
/// When the database cannot be reached.
pub async fn record_in(
    tx: &Tx,
    call: &Call,
    team: Option<TeamId>,
    act: &str,
    subject: &str,
    details: serde_json::Value,
) -> Result<()> {
    let entry = Entry {
        team,
        actor: call.actor.user_id(),
        actor_name: call.actor.name(),
        act,
        subject,
        details,
        address: call.address,
        request_id: &call.request_id,
    };
    write(tx, call, entry).await
}

/// A line to be written where there is no caller yet, as when signing in.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) team: Option<TeamId>,
    pub(crate) actor: Option<UserId>,
    pub(crate) actor_name: &'a str,
    pub(crate) act: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) details: serde_json::Value,
    pub(crate) address: Option<IpAddr>,
    pub(crate) request_id: &'a str,
}

pub(crate) async fn write(tx: &Tx, env: &Env, entry: Entry<'_>) -> Result<()> {
    audit_log::ActiveModel {
        id: NotSet,
        at: Set(env.clock.now()),
        team_id: Set(entry.team),
        actor_id: Set(entry.actor),
        actor_name: Set(entry.actor_name.to_owned()),
        act: Set(entry.act.to_owned()),
        subject: Set(entry.subject.to_owned()),
        details: Set(entry.details.to_string()),
        address: Set(entry.address.map(|address| address.to_string()).unwrap_or_default()),
        request_id: Set(entry.request_id.to_owned()),
    }
    .insert(&**tx)
    .await?;
    Ok(())
}

/// The lines that `filter` wants, the newest first; for admins of the team.
/// The installation itself reads all teams when none is named.
///
/// # Errors
/// `Denied` for members.
pub async fn list(call: &Call, filter: &Filter, page: PageRequest) -> Result<Paged<Record>> {
    let mut query = audit_log::Entity::find();
    let team = match (&call.actor, filter.team) {
        (Actor::System, None) => None,
        (_, named) => Some(rights::team_of(call, named)?),
    };
    if let Some(team) = team {
        rights::manages(call, team)?;
        query = query.filter(audit_log::Column::TeamId.eq(team));
    }
    if let Some(actor) = filter.actor {
        query = query.filter(audit_log::Column::ActorId.eq(actor));
    }
    if let Some(act) = &filter.act {
        query = query.filter(audit_log::Column::Act.starts_with(act));
    }
    if let Some(subject) = &filter.subject {
        query = query.filter(audit_log::Column::Subject.eq(subject));
    }
    if let Some(since) = filter.since {
        query = query.filter(audit_log::Column::At.gte(since));
    }
    if let Some(until) = filter.until {
        query = query.filter(audit_log::Column::At.lt(until));
    }
    let total = query.clone().count(call.db.reader()).await?;
    let rows = query
        .order_by_desc(audit_log::Column::Id)
        .offset(page.skip())
        .limit(page.size())
        .all(call.db.reader())
        .await?;
    let items = rows.into_iter().map(Record::from).collect();
    Ok(Paged { items, total, page })
}

impl From<audit_log::Model> for Record {
    fn from(row: audit_log::Model) -> Self {
        Self {
            id: row.id,
            at: row.at,
            team: row.team_id,
            actor: row.actor_id,
            actor_name: row.actor_name,
            act: row.act,
            subject: row.subject,
            details: serde_json::from_str(&row.details).unwrap_or_default(),
            address: row.address,
            request_id: row.request_id,
        }
    }
}
