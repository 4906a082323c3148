//! Rules about what no file may say: places on the machine it was written
//! on, and addresses that only tools use. And links between documents.

use super::Problem;
use super::files::{SourceFile, Tree};

/// Addresses that belong into a tool's configuration. Written in two parts,
/// so that this list is not its own first problem.
const ADDRESSES: [&str; 7] = [
    concat!("crates.io", "/api"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("pypi.org", "/simple"),
    concat!("files.", "pythonhosted.org"),
    concat!("registry.", "npmjs.org"),
    concat!("proxy.", "golang.org"),
];

/// Places that only some machine has; documents name none.
const PLACES: [&str; 4] = ["/work/", "/tmp/", "/root/", "/home/"];

pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in &tree.files {
        // Cargo writes its registry's address there itself.
        if file.path == "Cargo.lock" {
            continue;
        }
        problems.extend(forbidden_words(file, &tree.root));
        if file.path.ends_with(".md") {
            problems.extend(broken_links(file, tree));
        }
    }
    problems
}

fn forbidden_words(file: &SourceFile, root: &str) -> Vec<Problem> {
    let is_document = file.path.ends_with(".md");
    let mut problems = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        let place = || format!("{}:{}", file.path, index + 1);
        for address in ADDRESSES.iter().filter(|address| line.contains(**address)) {
            problems.push(Problem::new(place(), format!("a registry's address: {address}")));
        }
        if line.contains(root) {
            problems.push(Problem::new(place(), "the place of a checkout on one machine"));
        } else if is_document {
            for word in PLACES.iter().filter(|word| starts_a_path(line, word)) {
                problems.push(Problem::new(place(), format!("a place on one machine: {word}")));
            }
        }
    }
    problems
}

/// Whether the place stands there as the beginning of a path: `file:///tmp/x`
/// and ` /tmp/x` are, `/server/work/x` is not.
fn starts_a_path(line: &str, place: &str) -> bool {
    line.match_indices(place).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before
            .is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '~' | '}' | ']'))
    })
}

fn broken_links(file: &SourceFile, tree: &Tree) -> Vec<Problem> {
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut problems = Vec::new();
    let mut in_fence = false;
    for (index, line) in file.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_fence = !in_fence;
        }
        if in_fence {
            continue;
        }
        for target in links(line) {
            let target = target.split('#').next().unwrap_or_default();
            let elsewhere = target.contains("://") || target.starts_with("mailto:");
            if target.is_empty() || elsewhere || exists(tree, &join(folder, target)) {
                continue;
            }
            let place = format!("{}:{}", file.path, index + 1);
            problems.push(Problem::new(place, format!("a link to {target}, which is not there")));
        }
    }
    problems
}

/// What stands in the round brackets of `[…](…)`.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices("](").filter_map(|(at, opening)| {
        let rest = &line[at + opening.len()..];
        let target = rest.split_once(')')?.0;
        target.split_whitespace().next()
    })
}

fn join(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let from = if target.starts_with('/') { "" } else { folder };
    for part in from.split('/').chain(target.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

fn exists(tree: &Tree, path: &str) -> bool {
    // Pictures are not text, so they are not in the tree that we read.
    std::path::Path::new(&tree.root).join(path).exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(path: &str, text: &str) -> Vec<String> {
        let file = SourceFile { path: path.to_owned(), text: text.to_owned() };
        forbidden_words(&file, "/somewhere/checkout").into_iter().map(|p| p.what).collect()
    }

    #[test]
    fn places_in_documents() {
        let temporary = format!("cd {}x", PLACES[1]);
        assert_eq!(words("a.md", &temporary).len(), 1);
        assert_eq!(words("a.rs", &temporary).len(), 0);
        assert_eq!(words("a.md", &format!("GET /v2{}x", PLACES[0])).len(), 0);
        assert_eq!(words("a.rs", "in /somewhere/checkout/a").len(), 1);
    }

    #[test]
    fn addresses_anywhere() {
        assert_eq!(words("a.rs", &format!("https://{}", ADDRESSES[1])).len(), 1);
        assert_eq!(words("a.rs", "https://crates.io").len(), 0);
    }

    #[test]
    fn links_are_found_and_followed() {
        let found: Vec<_> = links("see [a](docs/a.md#x) and ![b](../b.png \"title\")").collect();
        assert_eq!(found, ["docs/a.md#x", "../b.png"]);
        assert_eq!(join("docs/sub", "../a.md"), "docs/a.md");
        assert_eq!(join("docs", "/LICENSE"), "LICENSE");
        let tree = Tree { files: Vec::new(), root: env!("CARGO_MANIFEST_DIR").to_owned() };
        let text = "[here](Cargo.toml) [gone](gone.md) [out](https://a/b)\n```\n[x](y)\n```\n";
        let file = SourceFile { path: "x.md".to_owned(), text: text.to_owned() };
        let problems = broken_links(&file, &tree);
        assert_eq!(problems.len(), 1);
        assert!(problems[0].what.contains("gone.md"));
    }
}
