//! A commit.

use git::{Commit, Signature};
use schemars::JsonSchema;
use serde::Serialize;

/// Somebody as a commit names him.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Person {
    /// The mail address.
    email: String,
    /// The name.
    name: String,
}

impl From<&Signature> for Person {
    fn from(signature: &Signature) -> Self {
        Self { email: signature.mail.clone(), name: signature.name.clone() }
    }
}

/// A commit.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[schemars(rename = "Commit")]
pub(crate) struct CommitInfo {
    /// The first paragraph of its message, on one line.
    short_message: String,
    /// Its name, 40 or 64 hexadecimal digits.
    sha: String,
    /// When it was committed, in milliseconds.
    commit_date: i64,
    /// When it was written, in milliseconds.
    created_at: i64,
    /// Who committed it.
    commiter: Person,
    /// The same as `Commiter`.
    committer: Person,
    /// The whole message.
    full_message: String,
    /// Who wrote it.
    author: Person,
    /// The author's name.
    author_name: String,
    /// The author's mail address.
    author_email: String,
    /// The names of its parents.
    parents: Vec<String>,
}

impl From<Commit> for CommitInfo {
    fn from(commit: Commit) -> Self {
        Self {
            short_message: commit.summary(),
            sha: commit.id.to_string(),
            commit_date: millis(commit.committer.seconds),
            created_at: millis(commit.author.seconds),
            commiter: Person::from(&commit.committer),
            committer: Person::from(&commit.committer),
            author: Person::from(&commit.author),
            parents: commit.parents.iter().map(ToString::to_string).collect(),
            author_name: commit.author.name,
            author_email: commit.author.mail,
            full_message: commit.message,
        }
    }
}

/// A tag's commit.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TaggedCommit {
    /// The first paragraph of its message, on one line.
    short_message: String,
    /// Its name, 40 or 64 hexadecimal digits.
    sha: String,
    /// When it was committed, in milliseconds.
    commit_date: i64,
    /// When the tag was made, in milliseconds; when the commit was, where the
    /// tag does not say.
    created_at: i64,
    /// The author's name.
    author_name: String,
    /// The author's mail address.
    author_email: String,
    /// The committer's name.
    committer_name: String,
    /// The committer's mail address.
    committer_email: String,
    /// The names of its parents.
    parents: Vec<String>,
}

impl TaggedCommit {
    /// `commit`, tagged `at` that second.
    pub(crate) fn new(commit: Commit, at: Option<i64>) -> Self {
        Self {
            short_message: commit.summary(),
            sha: commit.id.to_string(),
            commit_date: millis(commit.committer.seconds),
            created_at: millis(at.unwrap_or(commit.committer.seconds)),
            author_name: commit.author.name,
            author_email: commit.author.mail,
            committer_name: commit.committer.name,
            committer_email: commit.committer.mail,
            parents: commit.parents.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Milliseconds from the seconds of Git.
pub(crate) fn millis(seconds: i64) -> i64 {
    seconds.saturating_mul(1000)
}
