//! What builds, scans and others found of a commit.
//!
//! A report has a context, the name of what was looked at. The newest report of
//! each context counts; older ones stay as history. [`summary`] says in one
//! word how a commit stands, which is what merge requests and branch protection
//! ask for.

use std::collections::HashMap;

use base::{AtLeast, Error, Granted, PageRequest, Paged, Read, Result, Right, Timestamp, Write};
use call::Call;
use events::EventKind;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde::{Deserialize, Serialize};

use crate::commits::{blocking, commit_id, failed};
use crate::tables::commit_statuses::{self as table, Column};
use crate::{Depot, DepotId, place};

/// How a commit stands, from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It was looked at and is fine.
    Success,
    /// Somebody is looking.
    Pending,
    /// It was looked at and is not fine.
    Failure,
    /// It could not be looked at.
    Error,
}

impl State {
    /// The state as the database and the pages name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Pending => "pending",
            Self::Failure => "failure",
            Self::Error => "error",
        }
    }
}

impl std::str::FromStr for State {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "success" => Ok(Self::Success),
            "pending" => Ok(Self::Pending),
            "failure" => Ok(Self::Failure),
            "error" => Ok(Self::Error),
            _ => Err(Error::invalid("state", "must be pending, success, failure or error")),
        }
    }
}

/// A report to be written down.
#[derive(Debug, Clone)]
pub struct NewStatus {
    /// The commit, by its whole name.
    pub commit: String,
    /// What was looked at; `default` where it is empty.
    pub context: String,
    /// What came of it.
    pub state: State,
    /// The same for people; may be empty.
    pub description: String,
    /// Where more is to be read, an address of a page; may be empty.
    pub target_url: String,
}

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Its number; newer ones have higher ones.
    pub id: i64,
    /// The depot.
    pub depot: DepotId,
    /// The commit, 40 or 64 hexadecimal characters.
    pub commit: String,
    /// What was looked at.
    pub context: String,
    /// What came of it.
    pub state: State,
    /// The same for people; may be empty.
    pub description: String,
    /// Where more is to be read; may be empty.
    pub target_url: String,
    /// When it was reported.
    pub created_at: Timestamp,
}

/// How a commit stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// The worst of the contexts; `None` when nobody has reported anything.
    pub state: Option<State>,
    /// The newest report of each context, the newest first.
    pub contexts: Vec<Status>,
}

/// The payload of the event `depot.commit_status`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StatusReported {
    /// The depot.
    pub depot: DepotId,
    /// The commit.
    pub commit: String,
    /// What was looked at.
    pub context: String,
    /// What came of it.
    pub state: State,
}

impl EventKind for StatusReported {
    const KIND: &'static str = "depot.commit_status";
}

/// The most reports on one commit, whatever their contexts.
const MAX_REPORTS: u64 = 5000;
/// The most contexts of one commit.
const MAX_CONTEXTS: u64 = 500;

/// Writes a report down and tells who listens.
///
/// # Errors
/// * `Missing`/`Invalid` naming `commit`, `context`, `description` or
///   `target_url`;
/// * `NotFound` when the depot has no such commit;
/// * `Limit` above 500 contexts or 5000 reports on a commit.
pub async fn report(call: &Call, depot: &Granted<Depot, Write>, new: NewStatus) -> Result<Status> {
    let commit = commit_id("commit", &new.commit)?;
    let context = if new.context.is_empty() {
        "default".to_owned()
    } else {
        self::context("context", &new.context)?
    };
    for (field, text, most) in
        [("description", &new.description, 1000), ("target_url", &new.target_url, 2000)]
    {
        if text.chars().count() > most {
            return Err(Error::invalid(field, format!("must have at most {most} characters")));
        }
    }
    check_address(&new.target_url)?;
    let repository = place::repository(&call.env, depot)?;
    blocking(move || repository.commit(commit).map_err(failed))
        .await
        .map_err(|error| if error.is_not_found() { Error::not_found("commit") } else { error })?;
    let sha = commit.to_string();
    let tx = call.db.begin().await?;
    let reports = of_commit(depot.id, &sha).count(&*tx).await?;
    if reports >= MAX_REPORTS {
        return Err(Error::limit("a commit can have at most 5000 reports"));
    }
    let before = table::Entity::update_many()
        .col_expr(Column::Newest, Expr::value(false))
        .filter(Column::DepotId.eq(depot.id))
        .filter(Column::Sha.eq(&sha))
        .filter(Column::Context.eq(&context))
        .filter(Column::Newest.eq(true))
        .exec(&*tx)
        .await?;
    if before.rows_affected == 0 {
        let contexts = of_commit(depot.id, &sha).filter(Column::Newest.eq(true));
        if contexts.count(&*tx).await? >= MAX_CONTEXTS {
            return Err(Error::limit("a commit can have reports of at most 500 contexts"));
        }
    }
    let row = table::ActiveModel {
        id: NotSet,
        depot_id: Set(depot.id),
        sha: Set(sha),
        context: Set(context),
        newest: Set(true),
        state: Set(new.state.as_str().to_owned()),
        description: Set(new.description),
        target_url: Set(new.target_url),
        creator_id: Set(call.actor.user_id()),
        created_at: Set(call.clock.now()),
    }
    .insert(&*tx)
    .await?;
    let status = status(row)?;
    let payload = StatusReported {
        depot: depot.id,
        commit: status.commit.clone(),
        context: status.context.clone(),
        state: status.state,
    };
    call.emit(&tx, Some(depot.project.0), &payload).await?;
    tx.commit().await?;
    Ok(status)
}

/// How a commit stands: the newest report of each context and the worst of
/// them. A commit that nobody knows stands like one without reports.
///
/// # Errors
/// `Missing`/`Invalid` naming `commit`.
pub async fn summary<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    commit: &str,
) -> Result<Summary> {
    let sha = commit_id("commit", commit)?.to_string();
    let rows = of_commit(depot.id, &sha)
        .filter(Column::Newest.eq(true))
        .order_by_desc(Column::Id)
        .limit(MAX_CONTEXTS)
        .all(call.db.reader())
        .await?;
    let contexts = rows.into_iter().map(status).collect::<Result<Vec<_>>>()?;
    Ok(Summary { state: contexts.iter().map(|status| status.state).max(), contexts })
}

/// The worst state of each of these commits (whole names), for lists of them;
/// those without a report are absent. One query.
///
/// # Errors
/// When the database cannot be read.
pub async fn states<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    commits: &[String],
) -> Result<HashMap<String, State>> {
    let mut worst = HashMap::new();
    if commits.is_empty() {
        return Ok(worst);
    }
    let rows: Vec<(String, String)> = table::Entity::find()
        .select_only()
        .columns([Column::Sha, Column::State])
        .filter(Column::DepotId.eq(depot.id))
        .filter(Column::Sha.is_in(commits))
        .filter(Column::Newest.eq(true))
        .into_tuple()
        .all(call.db.reader())
        .await?;
    for (sha, state) in rows {
        let state: State = state.parse().map_err(Error::internal)?;
        let known = worst.entry(sha).or_insert(state);
        *known = state.max(*known);
    }
    Ok(worst)
}

/// Every report of one context on a commit, the newest first.
///
/// # Errors
/// `Missing`/`Invalid` naming `commit`.
pub async fn history<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    commit: &str,
    context: &str,
    page: PageRequest,
) -> Result<Paged<Status>> {
    let sha = commit_id("commit", commit)?.to_string();
    let query = of_commit(depot.id, &sha).filter(Column::Context.eq(context));
    let total = query.clone().count(call.db.reader()).await?;
    let rows = query
        .order_by_desc(Column::Id)
        .offset(page.skip())
        .limit(page.size())
        .all(call.db.reader())
        .await?;
    let items = rows.into_iter().map(status).collect::<Result<_>>()?;
    Ok(Paged { items, total, page })
}

/// The newest report of each context of each of these commits (whole names):
/// context and state. One query for 500 of them.
pub(crate) async fn newest(
    connection: &impl ConnectionTrait,
    depot: DepotId,
    commits: &[String],
) -> Result<HashMap<String, Vec<(String, State)>>> {
    let mut found: HashMap<String, Vec<(String, State)>> = HashMap::new();
    for commits in commits.chunks(500) {
        let rows: Vec<(String, String, String)> = table::Entity::find()
            .select_only()
            .columns([Column::Sha, Column::Context, Column::State])
            .filter(Column::DepotId.eq(depot))
            .filter(Column::Sha.is_in(commits))
            .filter(Column::Newest.eq(true))
            .order_by_asc(Column::Context)
            .into_tuple()
            .all(connection)
            .await?;
        for (sha, context, state) in rows {
            let state = state.parse().map_err(Error::internal)?;
            found.entry(sha).or_default().push((context, state));
        }
    }
    Ok(found)
}

fn of_commit(depot: DepotId, sha: &str) -> sea_orm::Select<table::Entity> {
    table::Entity::find().filter(Column::DepotId.eq(depot)).filter(Column::Sha.eq(sha))
}

fn status(row: table::Model) -> Result<Status> {
    Ok(Status {
        id: row.id,
        depot: row.depot_id,
        commit: row.sha,
        context: row.context,
        state: row.state.parse().map_err(Error::internal)?,
        description: row.description,
        target_url: row.target_url,
        created_at: row.created_at,
    })
}

/// A context in the one form in which it is stored.
pub(crate) fn context(field: &'static str, text: &str) -> Result<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > 255 {
        return Err(Error::invalid(field, "must have at most 255 characters"));
    }
    Ok(line)
}

/// It becomes a link on a page: nothing but the web may be behind it.
fn check_address(address: &str) -> Result<()> {
    let scheme = address.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    let fine = address.is_empty()
        || (matches!(scheme.as_deref(), Some("http" | "https"))
            && !address.chars().any(|letter| letter.is_control() || letter == ' '));
    if fine {
        Ok(())
    } else {
        Err(Error::invalid("target_url", "must be an address that starts with https:// or http://"))
    }
}
