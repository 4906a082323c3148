//! A project.

use projects::{Project, Template};
use schemars::JsonSchema;
use serde::Serialize;

/// A project.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[schemars(rename = "Project")]
pub(crate) struct ProjectInfo {
    /// Its number.
    id: i64,
    /// When it was made, in milliseconds.
    created_at: i64,
    /// When its settings last changed, in milliseconds.
    updated_at: i64,
    /// Always 1.
    status: i64,
    /// 1 for public source, 2 for private.
    r#type: i64,
    /// Its name in addresses.
    name: String,
    /// Its name for people.
    display_name: String,
    /// What it is about.
    description: String,
    /// The address of a picture.
    icon: String,
    /// The team's number.
    team_id: i64,
    /// Whether it was made as an example.
    is_demo: bool,
    /// The most members; 0 for no limit.
    max_member: i64,
    /// The user who owns it; 0, because a team does.
    user_owner_id: i64,
    /// Whether it is closed for changes.
    archived: bool,
    /// The first day, in milliseconds; 0 for none.
    start_date: i64,
    /// The team that owns it.
    team_owner_id: i64,
    /// The last day, in milliseconds; 0 for none.
    end_date: i64,
}

impl From<Project> for ProjectInfo {
    fn from(project: Project) -> Self {
        Self {
            id: project.id.0,
            created_at: project.created_at.millis(),
            updated_at: project.updated_at.millis(),
            status: 1,
            r#type: if project.shared { 1 } else { 2 },
            name: project.name,
            display_name: project.display_name,
            description: project.description,
            icon: project.icon,
            team_id: project.team.0,
            is_demo: project.template == Template::Demo,
            max_member: 0,
            user_owner_id: 0,
            archived: project.archived,
            start_date: first_moment(project.start_date.as_deref()),
            team_owner_id: project.team.0,
            end_date: first_moment(project.end_date.as_deref()),
        }
    }
}

/// The first millisecond of a day in UTC; 0 for none.
fn first_moment(day: Option<&str>) -> i64 {
    day.and_then(|day| day.parse::<jiff::civil::Date>().ok())
        .and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC).ok())
        .map_or(0, |moment| moment.timestamp().as_millisecond())
}
