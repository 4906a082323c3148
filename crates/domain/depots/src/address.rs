//! Depots by the addresses that clients know them under.

use base::{Granted, Read, Result};
use call::{Call, Env};
use projects::{Project, ProjectKey};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use crate::tables::depots;
use crate::{Depot, DepotKey, access, list};

/// A repository's address, reduced to what tells one repository from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Host and port in lower case, without a user.
    pub host: String,
    /// The path without slashes at its ends and without `.git`.
    pub path: String,
}

impl Address {
    /// Reads `http(s)://[user@]host[:port]/path[.git]`, `ssh://…`, and
    /// `[user@]host:path[.git]`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (host, path) = match text.split_once("://") {
            Some((scheme, rest)) => {
                let scheme = scheme.to_ascii_lowercase();
                if !matches!(scheme.as_str(), "http" | "https" | "ssh" | "git") {
                    return None;
                }
                rest.split_once('/')?
            }
            None => text.split_once(':')?,
        };
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host).to_ascii_lowercase();
        let path = path.split(['?', '#']).next().unwrap_or_default().trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path).trim_end_matches('/');
        let bad = |c: char| c.is_whitespace() || c.is_control();
        if host.is_empty() || path.is_empty() || host.contains(bad) || path.contains(bad) {
            return None;
        }
        Some(Self { host, path: path.to_owned() })
    }

    /// Whether the host is this installation, by the address for pages or that
    /// for SSH, with or without the port.
    pub fn is_ours(&self, env: &Env) -> bool {
        let http = env.addresses.http.split_once("://").map_or("", |(_, host)| host);
        let name = |host: &str| host.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let own = [http, env.addresses.ssh.as_str()];
        own.iter().any(|own| self.host == own.to_ascii_lowercase() || self.host == name(own))
    }
}

/// The depot of a project that lies at an address: one that we host, named by
/// `team/project/depot`, `project/depot` or `PROJECT_UID/depot`, or an outside
/// one that was registered with it.
///
/// The host is not looked at for the first three when the path fits: an
/// installation is reached under many names.
///
/// # Errors
/// When the database cannot be read. `None` when the project has none such.
pub async fn at_address(
    call: &Call,
    project: &Granted<Project, Read>,
    text: &str,
) -> Result<Option<Granted<Depot, Read>>> {
    let Some(address) = Address::parse(text) else { return Ok(None) };
    let parts: Vec<&str> = address.path.split('/').collect();
    let named = match parts.as_slice() {
        [_, in_project, depot] if *in_project == project.name => Some(*depot),
        [in_project, depot] if *in_project == project.name || *in_project == project.uid => {
            Some(*depot)
        }
        _ => None,
    };
    if let Some(name) = named {
        let key = DepotKey::InProject(project.id, name);
        match access::authorise(call, key).await {
            Ok(depot) => return Ok(Some(depot)),
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
        }
    }
    let rows = depots::Entity::find()
        .filter(depots::Column::ProjectId.eq(project.id))
        .filter(depots::Column::OutsideUrl.is_not_null())
        .all(call.db.reader())
        .await?;
    let same = rows.into_iter().find(|row| {
        row.outside_url.as_deref().and_then(Address::parse).is_some_and(|known| known == address)
    });
    let Some(row) = same else { return Ok(None) };
    // The depot lies in a project that the caller has been granted.
    projects::authorise::<Read>(call, ProjectKey::Id(row.project_id)).await?;
    let depot = list::with_names(call.db.reader(), vec![row]).await?.pop();
    Ok(depot.map(Granted::vouch))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_one_address() {
        let expected =
            Address { host: "git.example.com".to_owned(), path: "group/repo".to_owned() };
        for text in [
            "http://git.example.com/group/repo",
            "https://user:secret@GIT.example.com/group/repo.git",
            "git@git.example.com:group/repo.git",
            "ssh://git@git.example.com/group/repo.git/",
            "https://git.example.com/group/repo/?x=1",
        ] {
            assert_eq!(Address::parse(text).as_ref(), Some(&expected), "{text}");
        }
        for text in ["", "repo", "file:///etc", "http://host", "http:///x", "a b:c", "http://h/ x"]
        {
            assert_eq!(Address::parse(text), None, "{text}");
        }
    }
}
