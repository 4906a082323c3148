use git::{Oid, Repository};

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
