//! A comment on a commit.

use base::TeamId;
use depots::comments::Comment;
use identity::User;
use schemars::JsonSchema;
use serde::Serialize;

/// A comment on a commit.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CommitComment {
    /// Its number.
    id: i64,
    /// The depot's number.
    depot_id: i64,
    /// The commit.
    commit_sha: String,
    /// The file that it is about; empty for the commit as a whole.
    path: String,
    /// The line of the file's diff, from 1; 0 for the file as a whole.
    index: i64,
    /// What it says.
    content: String,
    /// When it was made, in milliseconds.
    created_at: i64,
    /// Who says it; zeros and empty texts where he was deleted.
    author: CommentAuthor,
}

/// Who made a comment.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct CommentAuthor {
    /// His number.
    id: i64,
    /// The team's number.
    team_id: i64,
    /// His name for people.
    name: String,
    /// His mail address.
    email: String,
    /// His unique name.
    global_key: String,
    /// Always empty.
    status: &'static str,
    /// The address of a picture.
    avatar: String,
}

impl CommitComment {
    /// `comment` in a depot of `team`.
    pub(crate) fn new(team: TeamId, comment: Comment) -> Self {
        let author = match comment.author {
            Some(User { id, name, display_name, email, avatar, .. }) => CommentAuthor {
                id: id.0,
                team_id: team.0,
                name: display_name,
                email,
                global_key: name,
                status: "",
                avatar,
            },
            None => CommentAuthor {
                id: 0,
                team_id: 0,
                name: String::new(),
                email: String::new(),
                global_key: String::new(),
                status: "",
                avatar: String::new(),
            },
        };
        Self {
            id: comment.id,
            depot_id: comment.depot.0,
            commit_sha: comment.commit,
            path: comment.path,
            index: comment.line,
            content: comment.content,
            created_at: comment.created_at.millis(),
            author,
        }
    }
}
