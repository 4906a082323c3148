//! Rules about `Cargo.toml` files: one place for versions, nothing declared
//! that is not used, nothing used in the wrong room.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::Problem;
use super::files::{SourceFile, Tree};

const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// Macros of ours whose expansion names a crate that the caller must have.
const MACRO_NEEDS: [(&str, &str); 1] = [("typed_id", "serde")];

pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let manifests = tree.files.iter().filter(|file| file.path.ends_with("/Cargo.toml"));
    let mut problems = Vec::new();
    let mut used = BTreeSet::new();
    for manifest in manifests {
        let table: Table = match manifest.text.parse() {
            Ok(table) => table,
            Err(error) => {
                problems.push(Problem::new(&*manifest.path, format!("{error}")));
                continue;
            }
        };
        // A workspace of its own keeps its own versions.
        if table.contains_key("workspace") {
            continue;
        }
        used.extend(dependencies(&table).into_iter().map(|(_, name, _)| name.to_owned()));
        let folder = manifest.path.trim_end_matches("Cargo.toml");
        let sources = tree.rust().filter(|file| file.path.starts_with(folder));
        problems.extend(check_manifest(&manifest.path, &table, &sources.collect::<Vec<_>>()));
    }
    if let Some(root) = tree.file("Cargo.toml") {
        problems.extend(unused_versions(&root.text, &used));
    }
    problems
}

/// Crates that bind a parser in C, which the workspace's lints forbid.
const OWN_LINTS: [&str; 1] = ["crates/engines/cangjie-grammar/Cargo.toml"];

/// Versions that stand in the workspace's manifest, but no crate asks for.
fn unused_versions(root: &str, used: &BTreeSet<String>) -> Vec<Problem> {
    let table: Table = root.parse().unwrap_or_default();
    let declared = table.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    let names = declared.and_then(Value::as_table).into_iter().flat_map(Table::keys);
    names
        .filter(|name| !used.contains(*name))
        .map(|name| Problem::new("Cargo.toml", format!("no crate uses {name}")))
        .collect()
}

fn check_manifest(path: &str, table: &Table, sources: &[&SourceFile]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for key in ["version", "edition", "rust-version", "license", "publish"] {
        let field = table.get("package").and_then(|package| package.get(key));
        if !field.is_some_and(inherits) {
            problems.push(Problem::new(path, format!("package.{key} is not the workspace's")));
        }
    }
    if !OWN_LINTS.contains(&path) && !table.get("lints").is_some_and(inherits) {
        problems.push(Problem::new(path, "[lints] is not the workspace's"));
    }
    for (kind, name, value) in dependencies(table) {
        if !inherits(value) {
            problems.push(Problem::new(path, format!("{name} has a version of its own")));
        }
        if kind != "dev-dependencies"
            && let Some(why) = wrong_room(path, name)
        {
            problems.push(Problem::new(path, format!("{name}: {why}")));
        }
        let word = name.replace('-', "_");
        let by_macro = MACRO_NEEDS.iter().filter(|(_, needed)| *needed == name).map(|(m, _)| *m);
        // Some crates are named otherwise than their packages.
        let word = if name == "md-5" { "md5" } else { word.as_str() };
        let words: Vec<&str> = by_macro.chain([word]).collect();
        if !sources.iter().any(|file| words.iter().any(|word| mentions(&file.text, word))) {
            problems.push(Problem::new(path, format!("{name} is declared but never named")));
        }
    }
    problems
}

fn inherits(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}

/// Every entry of every dependency table, those of `[target.*]` as well.
fn dependencies(table: &Table) -> Vec<(&'static str, &str, &Value)> {
    let targets = table.get("target").and_then(Value::as_table);
    let tables = targets.into_iter().flat_map(Table::values).filter_map(Value::as_table);
    let mut found = Vec::new();
    for holder in std::iter::once(table).chain(tables) {
        for kind in KINDS {
            let entries = holder.get(kind).and_then(Value::as_table);
            found.extend(
                entries.into_iter().flatten().map(|(name, value)| (kind, name.as_str(), value)),
            );
        }
    }
    found
}

fn wrong_room(path: &str, name: &str) -> Option<&'static str> {
    let room = |prefix: &str| path.starts_with(prefix);
    match name {
        "gix" if !room("crates/engines/git/") => Some("only engines/git knows gix"),
        "sqlx" if !room("crates/platform/db/") => Some("only platform/db knows the driver"),
        "sea-orm" if room("crates/api/") || room("crates/web/") || room("crates/engines/") => {
            Some("SQL belongs to platform and domain")
        }
        "axum" | "http" | "hyper" | "tower-http"
            if room("crates/domain/") || room("crates/engines/") =>
        {
            Some("no HTTP below the doors")
        }
        "db" if room("crates/engines/") => Some("engines know no database"),
        _ => None,
    }
}

/// Whether the name stands there as a whole word.
fn mentions(text: &str, word: &str) -> bool {
    let part_of_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word).any(|(at, _)| {
        !part_of_word(text[..at].chars().next_back())
            && !part_of_word(text[at + word.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "[package]\nversion.workspace = true\nedition.workspace = true\nrust-version.workspace = true\nlicense.workspace = true\npublish.workspace = true\n[lints]\nworkspace = true\n";

    fn problems(path: &str, tables: &str, source: &str) -> Vec<String> {
        let table: Table = format!("{HEAD}{tables}").parse().expect("a manifest");
        let file = SourceFile { path: "src/lib.rs".to_owned(), text: source.to_owned() };
        check_manifest(path, &table, &[&file]).into_iter().map(|problem| problem.what).collect()
    }

    #[test]
    fn a_good_manifest() {
        let tables = "[dependencies]\nserde-json.workspace = true\n";
        assert!(problems("crates/a/Cargo.toml", tables, "serde_json::to_string").is_empty());
    }

    #[test]
    fn versions_stand_in_one_place() {
        let tables = "[dependencies]\na = \"1\"\n[target.'cfg(unix)'.dev-dependencies]\nb = { version = \"1\" }\n";
        assert_eq!(
            problems("crates/x/Cargo.toml", tables, "a::x(); b::y()"),
            ["a has a version of its own", "b has a version of its own"]
        );
    }

    #[test]
    fn unused_and_misplaced() {
        let tables =
            "[dependencies]\ngix.workspace = true\n[dev-dependencies]\naxum.workspace = true\n";
        assert_eq!(
            problems("crates/domain/x/Cargo.toml", tables, "gix_like(); axum::serve()"),
            ["gix: only engines/git knows gix", "gix is declared but never named"]
        );
    }

    #[test]
    fn versions_that_nobody_asks_for() {
        let used = BTreeSet::from(["a".to_owned()]);
        let problems = unused_versions("[workspace.dependencies]\na = \"1\"\nb = \"1\"\n", &used);
        assert_eq!(problems, [Problem::new("Cargo.toml", "no crate uses b")]);
    }

    #[test]
    fn what_the_package_must_inherit() {
        let table: Table = "[package]\nversion = \"1\"\n".parse().expect("a manifest");
        assert_eq!(check_manifest("crates/x/Cargo.toml", &table, &[]).len(), 6);
    }
}
