//! Making, changing and deleting depots.

use base::{Actor, Administer, Error, Granted, Result, Write};
use call::Call;
use db::Tx;
use events::NewEvent;
use git::{ObjectFormat, Repository, Signature};
use projects::{NewProject, Project};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _,
};
use serde_json::json;

use crate::push::{self, RefChange};
use crate::sweep::Remove;
use crate::tables::depots;
use crate::{Depot, InitialFiles, initial, keys, lfs, list, moving, place, read, releases};

/// A depot to be made.
#[derive(Debug, Clone)]
pub struct NewDepot {
    /// The slug.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// Whether everybody who is signed in may read it.
    pub shared: bool,
    /// The branch that `HEAD` names; `main` where it is empty.
    pub default_branch: String,
    /// What the first commit holds.
    pub files: InitialFiles,
    /// How its objects are named, for good. An import takes that of its source.
    pub format: ObjectFormat,
}

impl NewDepot {
    /// An empty depot that only its project's members may read.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: String::new(),
            shared: false,
            default_branch: String::new(),
            files: InitialFiles::None,
            format: ObjectFormat::Sha1,
        }
    }
}

/// What is to be changed; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct DepotChange {
    /// The slug. Old addresses lead to the new one until another depot takes them.
    pub name: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Whether everybody who is signed in may read it.
    pub shared: Option<bool>,
    /// The branch that people see first; it must exist unless the depot is empty.
    pub default_branch: Option<String>,
}

const MAX_DESCRIPTION: usize = 2_000;

/// Makes a hosted depot. When this returns, the repository is on disk.
///
/// # Errors
/// `Missing`/`Invalid` naming `name`, `description` or `default_branch`;
/// `Conflict` when the slug is taken; then nothing has been made.
pub async fn create(
    call: &Call,
    project: &Granted<Project, Write>,
    new: NewDepot,
) -> Result<Depot> {
    let tx = call.db.begin().await?;
    let depot = create_in(call, &tx, project, new).await?;
    keep_or_remove(call, tx, depot).await
}

/// Makes a project and, in the same unit of work, a first depot of its name.
///
/// # Errors
/// As [`projects::create`] and [`create`].
pub async fn create_project_with_depot(
    call: &Call,
    new: NewProject,
    depot: NewDepot,
) -> Result<(Granted<Project, Administer>, Depot)> {
    let tx = call.db.begin().await?;
    let project = projects::create_in(call, &tx, new).await?;
    let depot = create_in(call, &tx, &project.clone().lower(), depot).await?;
    let depot = keep_or_remove(call, tx, depot).await?;
    Ok((project, depot))
}

/// Commits; where that fails, the repository must not stay behind.
async fn keep_or_remove(call: &Call, tx: Tx, depot: Depot) -> Result<Depot> {
    if let Err(error) = tx.commit().await {
        place::remove(&call.env, depot.id)?;
        return Err(error);
    }
    Ok(depot)
}

async fn create_in(
    call: &Call,
    tx: &Tx,
    project: &Granted<Project, Write>,
    new: NewDepot,
) -> Result<Depot> {
    let (files, format) = (new.files.clone(), new.format);
    let depot = insert(call, tx, project, new, None).await?;
    let env = call.env.clone();
    let made = depot.clone();
    let author = signature(call).await?;
    let first = tokio::task::spawn_blocking(move || -> Result<Option<git::Oid>> {
        let directory = place::directory(&env, made.id);
        let repository = Repository::init_as(&directory, &made.default_branch, format)
            .map_err(Error::internal)?;
        let commit = initial::commit(&repository, &made, &author, files);
        if commit.is_err() {
            place::remove(&env, made.id)?;
        }
        commit.map_err(read::trouble)
    })
    .await
    .map_err(Error::internal)??;
    if let Some(commit) = first {
        let update = RefChange {
            name: format!("refs/heads/{}", depot.default_branch),
            old: git::Oid::ZERO.to_string(),
            new: commit.to_string(),
        };
        push::tell(call, tx, &depot, vec![update]).await?;
    }
    Ok(depot)
}

pub(crate) async fn insert(
    call: &Call,
    tx: &Tx,
    project: &Granted<Project, Write>,
    new: NewDepot,
    outside: Option<(String, Option<Vec<u8>>)>,
) -> Result<Depot> {
    projects::check_slug("name", &new.name)?;
    if new.description.chars().count() > MAX_DESCRIPTION {
        return Err(Error::invalid("description", "must have at most 2000 characters"));
    }
    let default_branch =
        if new.default_branch.is_empty() { "main".to_owned() } else { new.default_branch };
    check_branch(&default_branch)?;
    let taken = depots::Entity::find()
        .filter(depots::Column::ProjectId.eq(project.id))
        .filter(depots::Column::Name.eq(&new.name))
        .count(&**tx)
        .await?;
    if taken > 0 {
        return Err(Error::conflict(format!("the depot name {} is taken", new.name)));
    }
    moving::take(tx, project.id, &new.name).await?;
    let now = call.clock.now();
    let (outside_url, outside_credential) = match outside {
        Some((url, credential)) => (Some(url), credential),
        None => (None, None),
    };
    let row = depots::ActiveModel {
        id: NotSet,
        project_id: Set(project.id),
        name: Set(new.name),
        description: Set(new.description),
        shared: Set(new.shared),
        outside_url: Set(outside_url),
        outside_credential: Set(outside_credential),
        state: Set("ready".to_owned()),
        state_why: Set(String::new()),
        default_branch: Set(default_branch),
        creator_id: Set(call.actor.user_id()),
        created_at: Set(now),
        updated_at: Set(now),
        last_push_at: Set(None),
        archived: Set(false),
    }
    .insert(&**tx)
    .await?;
    let depot = list::with_names(&**tx, vec![row])
        .await?
        .pop()
        .ok_or_else(|| Error::internal("a new depot has no project"))?;
    written(call, tx, "depot.created", &depot).await?;
    Ok(depot)
}

fn check_branch(name: &str) -> Result<()> {
    if git::is_branch_name(name) {
        Ok(())
    } else {
        Err(Error::invalid("default_branch", "is not a name that Git takes for a branch"))
    }
}

/// The caller as Git names people.
pub(crate) async fn signature(call: &Call) -> Result<Signature> {
    let (name, mail) = match &call.actor {
        Actor::User(user) => {
            let user = identity::users::get(call.db.reader(), user.id).await?;
            (user.display_name, user.email)
        }
        Actor::DeployKey(key) => (key.name.to_string(), String::new()),
        Actor::System | Actor::Nobody => ("Mortise".to_owned(), String::new()),
    };
    let mail = if mail.is_empty() { "noreply@localhost".to_owned() } else { mail };
    Ok(Signature { name, mail, seconds: call.clock.now().seconds(), offset_minutes: 0 })
}

/// Changes the settings of a depot and returns it as it is now.
///
/// # Errors
/// `Invalid` naming the field; `Conflict` when the new slug is taken.
pub async fn modify(
    call: &Call,
    depot: &Granted<Depot, Administer>,
    change: DepotChange,
) -> Result<Depot> {
    let tx = call.db.begin().await?;
    let row = depots::Entity::find_by_id(depot.id)
        .one(&*tx)
        .await?
        .ok_or_else(|| Error::not_found("depot"))?;
    if let Some(name) = &change.name
        && *name != row.name
    {
        projects::check_slug("name", name)?;
        let taken = depots::Entity::find()
            .filter(depots::Column::ProjectId.eq(row.project_id))
            .filter(depots::Column::Name.eq(name))
            .count(&*tx)
            .await?;
        if taken > 0 {
            return Err(Error::conflict(format!("the depot name {name} is taken")));
        }
        moving::leave(call, &tx, &row, row.project_id, name).await?;
    }
    if change.description.as_ref().is_some_and(|text| text.chars().count() > MAX_DESCRIPTION) {
        return Err(Error::invalid("description", "must have at most 2000 characters"));
    }
    if let Some(branch) = &change.default_branch {
        check_branch(branch)?;
        let repository = place::open(&call.env, depot.id)?;
        let branch = branch.clone();
        tokio::task::spawn_blocking(move || -> Result<()> {
            let exists = repository
                .reference(&format!("refs/heads/{branch}"))
                .map_err(Error::internal)?
                .is_some();
            let empty = repository.branches().map_err(Error::internal)?.is_empty();
            if !exists && !empty {
                return Err(Error::invalid("default_branch", "is not a branch of the depot"));
            }
            repository.set_head(&branch).map_err(Error::internal)
        })
        .await
        .map_err(Error::internal)??;
    }
    let mut active: depots::ActiveModel = row.into();
    if let Some(name) = change.name {
        active.name = Set(name);
    }
    if let Some(description) = change.description {
        active.description = Set(description);
    }
    if let Some(shared) = change.shared {
        active.shared = Set(shared);
    }
    if let Some(branch) = change.default_branch {
        active.default_branch = Set(branch);
    }
    active.updated_at = Set(call.clock.now());
    let row = active.update(&*tx).await?;
    let depot =
        list::with_names(&*tx, vec![row]).await?.pop().ok_or_else(|| Error::not_found("depot"))?;
    written(call, &tx, "depot.changed", &depot).await?;
    tx.commit().await?;
    Ok(depot)
}

/// Deletes a depot; its repository goes once the deletion is durable.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete(call: &Call, depot: Granted<Depot, Administer>) -> Result<()> {
    let tx = call.db.begin().await?;
    written(call, &tx, "depot.deleted", &depot).await?;
    keys::delete_with(&tx, &[depot.id]).await?;
    lfs::forget(call, &tx, &[depot.id]).await?;
    releases::forget(call, &tx, &[depot.id]).await?;
    depots::Entity::delete_by_id(depot.id).exec(&*tx).await?;
    call.jobs.enqueue(&tx, &Remove { depot: depot.id }).await?;
    tx.commit().await
}

/// Deletes a project together with its depots' repositories.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete_project(call: &Call, project: Granted<Project, Administer>) -> Result<()> {
    let tx = call.db.begin().await?;
    let rows =
        depots::Entity::find().filter(depots::Column::ProjectId.eq(project.id)).all(&*tx).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    keys::delete_with(&tx, &ids).await?;
    lfs::forget(call, &tx, &ids).await?;
    releases::forget(call, &tx, &ids).await?;
    for row in rows {
        call.jobs.enqueue(&tx, &Remove { depot: row.id }).await?;
    }
    projects::delete_in(call, &tx, project).await?;
    tx.commit().await
}

pub(crate) async fn written(call: &Call, tx: &Tx, kind: &'static str, depot: &Depot) -> Result<()> {
    let details = json!({ "depot": depot.id, "name": depot.name, "project": depot.project });
    let event = NewEvent::plain(kind, &call.actor, Some(depot.project.0), details.clone());
    call.events.emit(tx, event).await?;
    identity::audit::record(tx, call, kind, &format!("depot:{}", depot.id), details).await
}
