//! Making, changing and deleting projects.

use base::{Administer, Error, Granted, Result};
use call::Call;
use db::Tx;
use events::NewEvent;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _,
};
use serde_json::json;

use crate::names::{check_day, check_slug};
use crate::tables::{project_members, projects};
use crate::{Project, ProjectRole};

/// What a project is set up for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Template {
    /// Hosting code.
    CodeHost,
    /// Planning work.
    ProjectManage,
    /// Everything from plan to delivery.
    #[default]
    DevOps,
    /// Everything, filled with examples.
    Demo,
}

impl Template {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CodeHost => "code-host",
            Self::ProjectManage => "project-manage",
            Self::DevOps => "dev-ops",
            Self::Demo => "demo",
        }
    }

    pub(crate) fn from_stored(text: &str) -> Self {
        [Self::CodeHost, Self::ProjectManage, Self::DevOps, Self::Demo]
            .into_iter()
            .find(|template| template.as_str() == text)
            .unwrap_or_default()
    }
}

/// A project to be made.
#[derive(Debug, Clone, Default)]
pub struct NewProject {
    /// The slug.
    pub name: String,
    /// The name for people; the slug where it is empty.
    pub display_name: String,
    /// What it is about.
    pub description: String,
    /// Address of a picture.
    pub icon: String,
    /// Whether its source is open to everybody who is signed in.
    pub shared: bool,
    /// What it is set up for.
    pub template: Template,
}

/// What is to be changed; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct ProjectChange {
    /// The slug. Old addresses stop working.
    pub name: Option<String>,
    /// The name for people.
    pub display_name: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// First day, `YYYY-MM-DD`; the empty text clears it.
    pub start_date: Option<String>,
    /// Last day, `YYYY-MM-DD`; the empty text clears it.
    pub end_date: Option<String>,
}

const MAX_DISPLAY_NAME: usize = 128;
const MAX_DESCRIPTION: usize = 10_000;

fn check_texts(display_name: &str, description: &str) -> Result<()> {
    if display_name.chars().count() > MAX_DISPLAY_NAME {
        return Err(Error::invalid("display_name", "must have at most 128 characters"));
    }
    if description.chars().count() > MAX_DESCRIPTION {
        return Err(Error::invalid("description", "must have at most 10000 characters"));
    }
    Ok(())
}

/// Makes a project in the caller's team, with the caller as its admin.
///
/// # Errors
/// `Unauthenticated`; `Missing`/`Invalid` naming `name`, `display_name` or
/// `description`; `Conflict` when the slug is taken.
pub async fn create(call: &Call, new: NewProject) -> Result<Granted<Project, Administer>> {
    let tx = call.db.begin().await?;
    let project = create_in(call, &tx, new).await?;
    tx.commit().await?;
    Ok(project)
}

/// [`create`] as part of a larger unit of work.
///
/// # Errors
/// As [`create`].
pub async fn create_in(
    call: &Call,
    tx: &Tx,
    new: NewProject,
) -> Result<Granted<Project, Administer>> {
    let creator = call.actor.user()?;
    check_slug("name", &new.name)?;
    check_texts(&new.display_name, &new.description)?;
    let taken = projects::Entity::find()
        .filter(projects::Column::TeamId.eq(creator.team))
        .filter(projects::Column::Name.eq(&new.name))
        .count(&**tx)
        .await?;
    if taken > 0 {
        return Err(Error::conflict(format!("the project name {} is taken", new.name)));
    }
    let now = call.clock.now();
    let display_name =
        if new.display_name.is_empty() { new.name.clone() } else { new.display_name };
    let row = projects::ActiveModel {
        id: NotSet,
        uid: Set(call.random.hex(16)),
        team_id: Set(creator.team),
        name: Set(new.name),
        display_name: Set(display_name),
        description: Set(new.description),
        icon: Set(new.icon),
        shared: Set(new.shared),
        template: Set(new.template.as_str().to_owned()),
        start_date: Set(None),
        end_date: Set(None),
        archived: Set(false),
        creator_id: Set(Some(creator.id)),
        created_at: Set(now),
        updated_at: Set(now),
    }
    .insert(&**tx)
    .await?;
    project_members::ActiveModel {
        id: NotSet,
        project_id: Set(row.id),
        user_id: Set(creator.id),
        role: Set(ProjectRole::Admin.as_str().to_owned()),
        created_at: Set(now),
    }
    .insert(&**tx)
    .await?;
    let project = Project::from(row);
    written(call, tx, "project.created", &project).await?;
    Ok(Granted::vouch(project))
}

/// Changes the settings of a project and returns it as it is now.
///
/// # Errors
/// `Invalid` naming the field; `Conflict` when the new slug is taken.
pub async fn modify(
    call: &Call,
    project: &Granted<Project, Administer>,
    change: ProjectChange,
) -> Result<Project> {
    let tx = call.db.begin().await?;
    let row = projects::Entity::find_by_id(project.id)
        .one(&*tx)
        .await?
        .ok_or_else(|| Error::not_found("project"))?;
    if let Some(name) = &change.name
        && *name != row.name
    {
        check_slug("name", name)?;
        let taken = projects::Entity::find()
            .filter(projects::Column::TeamId.eq(row.team_id))
            .filter(projects::Column::Name.eq(name))
            .count(&*tx)
            .await?;
        if taken > 0 {
            return Err(Error::conflict(format!("the project name {name} is taken")));
        }
    }
    check_texts(
        change.display_name.as_deref().unwrap_or_default(),
        change.description.as_deref().unwrap_or_default(),
    )?;
    let start_date = match change.start_date.as_deref() {
        Some(day) => check_day("start_date", day)?,
        None => row.start_date.clone(),
    };
    let end_date = match change.end_date.as_deref() {
        Some(day) => check_day("end_date", day)?,
        None => row.end_date.clone(),
    };
    if let (Some(start), Some(end)) = (&start_date, &end_date)
        && end < start
    {
        return Err(Error::invalid("end_date", "must not be before the first day"));
    }
    let mut active: projects::ActiveModel = row.into();
    if let Some(name) = change.name {
        active.name = Set(name);
    }
    if let Some(display_name) = change.display_name.filter(|name| !name.is_empty()) {
        active.display_name = Set(display_name);
    }
    if let Some(description) = change.description {
        active.description = Set(description);
    }
    active.start_date = Set(start_date);
    active.end_date = Set(end_date);
    active.updated_at = Set(call.clock.now());
    let project = Project::from(active.update(&*tx).await?);
    written(call, &tx, "project.changed", &project).await?;
    tx.commit().await?;
    Ok(project)
}

/// Deletes a project and all rows that belong to it, as part of a larger unit
/// of work: what lies on disk is the business of the rooms that put it there.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete_in(call: &Call, tx: &Tx, project: Granted<Project, Administer>) -> Result<()> {
    written(call, tx, "project.deleted", &project).await?;
    projects::Entity::delete_by_id(project.id).exec(&**tx).await?;
    Ok(())
}

async fn written(call: &Call, tx: &Tx, kind: &'static str, project: &Project) -> Result<()> {
    let details = json!({ "project": project.id, "name": project.name });
    let event = NewEvent::plain(kind, &call.actor, Some(project.id.0), details.clone());
    call.events.emit(tx, event).await?;
    identity::audit::record(tx, call, kind, &format!("project:{}", project.id), details).await
}
