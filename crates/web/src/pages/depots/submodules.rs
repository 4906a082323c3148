use base::Read;
use depots::Depot;
use git::{Oid, Repository};
use maud::{Markup, html};

use super::{
    frame::{At, Here, path_crumbs, rev_menu},
    missing::Found,
};
use crate::{
    components::{Icon, icon},
    request::{Answer, Place, Visit, blocking, link},
};

/// The largest `.gitmodules` that is read, in bytes.
const LONGEST: u64 = 64 * 1024;

/// The addresses of the submodules right below a folder, by their names there,
/// as `.gitmodules` of the commit has them. What cannot be read is nothing.
pub(super) fn read(repository: &Repository, commit: Oid, folder: &str) -> Vec<(String, String)> {
    let Ok(file) = repository.file(commit, ".gitmodules", LONGEST) else { return Vec::new() };
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    parse(&String::from_utf8_lossy(&file.data))
        .into_iter()
        .filter_map(|(path, url)| {
            let name = path.strip_prefix(&prefix)?;
            (!name.contains('/')).then(|| (name.to_owned(), url))
        })
        .collect()
}

/// Where a browser finds a submodule: a page of ours where its address is
/// relative and leads to a depot beside this one, else the address itself where
/// browsers can open it.
pub(super) fn leads(depot: &Depot, url: &str, commit: Oid) -> Option<String> {
    if url.starts_with("https://") || url.starts_with("http://") {
        return Some(url.to_owned());
    }
    if !url.starts_with("./") && !url.starts_with("../") {
        return None;
    }
    let mut parts = vec![&*depot.team_name, &*depot.project_name, &*depot.name];
    for part in url.trim_end_matches('/').split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    let [team, project, name] = parts[..] else { return None };
    let name = name.strip_suffix(".git").unwrap_or(name);
    (team == depot.team_name)
        .then(|| link(&["p", project, "d", name, "tree", &commit.to_string()], ""))
}

/// The page of a submodule: which commit of which repository it is.
pub(super) async fn page(
    visit: &Visit,
    at: &At<Read>,
    repository: &Repository,
    (rev, path): (&str, &str),
    found: &Found,
) -> Answer {
    let t = visit.ui.t;
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let (reader, commit, folder) = (repository.clone(), found.commit, folder.to_owned());
    let known = blocking(move || Ok(read(&reader, commit, &folder))).await?;
    let url = known.iter().find(|(it, _)| it == name).map(|(_, url)| url);
    let leads = url.and_then(|url| leads(&at.depot, url, found.entry.oid));
    let body = html! {
        div.line { (rev_menu(visit, at, repository, "blob", rev, path).await?) (path_crumbs(visit, at, rev, path)) }
        div.card { div.said {
            p { (icon(Icon::External)) " " (t.code_submodule_at()) " " code { (found.entry.oid.short(12)) } }
            @match (url, &leads) {
                (Some(url), Some(leads)) => p { a.mono href=(leads) { (url) } },
                (Some(url), None) => p { code { (url) } },
                (None, _) => p { (t.code_submodule_unknown()) },
            }
        } }
    };
    let place = Place { title: path, wide: true, ..Place::default() };
    at.show(visit, Here::Code, rev, place, Markup::default(), &body).await
}

/// Pairs of path and address.
fn parse(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            found.push((String::new(), String::new()));
            continue;
        }
        let (Some((key, value)), Some(last)) = (line.split_once('='), found.last_mut()) else {
            continue;
        };
        let value = value.trim().trim_matches('"').to_owned();
        match key.trim() {
            "path" => last.0 = value,
            "url" => last.1 = value,
            _ => {}
        }
    }
    found.retain(|(path, url)| !path.is_empty() && !url.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn pairs_of_path_and_address() {
        let text = "[submodule \"a\"]\n\tpath = deps/a\n\turl = https://x.example/a.git\n[submodule \"b\"]\n\tpath = b\n";
        assert_eq!(parse(text), [("deps/a".to_owned(), "https://x.example/a.git".to_owned())]);
        assert_eq!(parse("url = x"), []);
    }
}
