//! A release, and how one is named.

use base::{AtLeast, Error, Granted, Read, Result, Right};
use call::Call;
use comrak::Options;
use depots::Depot;
use depots::releases::{self, Release};
use schemars::JsonSchema;
use serde::Serialize;

/// A release.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[schemars(rename = "Release")]
pub(super) struct ReleaseInfo {
    /// Its number, unique on the installation.
    id: i64,
    /// Its number within the depot, from 1.
    iid: i64,
    /// The same as `Iid`.
    release_id: i64,
    /// The notes as HTML; markup in them that is no Markdown is left out.
    html: String,
    /// What it is called.
    title: String,
    /// The notes in Markdown.
    body: String,
    /// The depot's number.
    depot_id: i64,
    /// The tag that it is about.
    tag_name: String,
    /// The commit that the tag led to when the release was made.
    commit_sha: String,
    /// When it was made, in milliseconds.
    created_at: i64,
    /// When it last changed, in milliseconds.
    updated_at: i64,
    /// The user who made it; 0 for nobody.
    creator_id: i64,
    /// The project's number.
    project_id: i64,
    /// The branch or the commit that the tag was made of.
    target_commitish: String,
    /// The same as `TargetCommitish`.
    target_commit_branch: String,
    /// Whether it is meant for trying out only.
    pre: bool,
    /// The attached files.
    attachments: Vec<AttachmentInfo>,
}

/// An attached file.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
struct AttachmentInfo {
    /// Its name.
    attachment_name: String,
    /// How many bytes it has.
    attachment_size: u64,
    /// Where it is downloaded.
    attachment_download_url: String,
}

impl ReleaseInfo {
    /// The release of that depot.
    pub(super) fn new(call: &Call, depot: &Depot, release: Release) -> Self {
        let page = depot.web_url(&call.addresses.http);
        let number = release.number;
        let attachments = release.attachments.into_iter().map(|file| AttachmentInfo {
            attachment_download_url: format!(
                "{page}/releases/{number}/files/{}",
                percent(&file.name)
            ),
            attachment_name: file.name,
            attachment_size: file.size,
        });
        Self {
            id: release.id.0,
            iid: number,
            release_id: number,
            html: html(&release.notes),
            title: release.title,
            body: release.notes,
            depot_id: release.depot.0,
            tag_name: release.tag,
            commit_sha: release.commit,
            created_at: release.created_at.millis(),
            updated_at: release.updated_at.millis(),
            creator_id: release.creator.map_or(0, |user| user.0),
            project_id: depot.project.0,
            target_commitish: release.target.clone(),
            target_commit_branch: release.target,
            pre: release.pre,
            attachments: attachments.collect(),
        }
    }
}

/// The release that a request names by its number or its tag.
///
/// # Errors
/// `Missing` when it names none; `NotFound`.
pub(super) async fn find<R: Right + AtLeast<Read>>(
    call: &Call,
    depot: &Granted<Depot, R>,
    number: Option<i64>,
    tag: Option<&str>,
) -> Result<Release> {
    // Generated clients send 0 and "" for what they leave out.
    match (number.filter(|number| *number != 0), tag.filter(|tag| !tag.is_empty())) {
        (Some(number), _) => releases::by_number(call, depot, number).await,
        (None, Some(tag)) => releases::by_tag(call, depot, tag).await,
        (None, None) => Err(Error::missing("Iid")),
    }
}

/// Markdown as HTML. Markup in the text is left out, and so are addresses that
/// run something.
fn html(notes: &str) -> String {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.autolink = true;
    comrak::markdown_to_html(notes, &options).trim_end().to_owned()
}

/// A file's name as a part of an address.
fn percent(name: &str) -> String {
    name.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' | b'~' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_become_html_that_runs_nothing() {
        assert_eq!(html("4"), "<p>4</p>");
        assert_eq!(html("**a** `b`\n"), "<p><strong>a</strong> <code>b</code></p>");
        let bad = html("<script>alert(1)</script>\n\n[x](javascript:alert(1)) <b onclick=x>");
        assert!(!bad.contains("script"), "{bad}");
        assert!(!bad.contains("onclick"), "{bad}");
    }

    #[test]
    fn names_in_addresses() {
        assert_eq!(percent("a b/ü?.zip"), "a%20b%2F%C3%BC%3F.zip");
    }
}
