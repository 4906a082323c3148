//! The crate graph against the one that ARCHITECTURE.md allows.
//!
//! ARCHITECTURE.md holds a fenced block with the info string `crates`, one
//! line a crate, lowest first:
//!
//! ````text
//! ```crates
//! platform: base ->
//! platform: db -> base
//! domain: identity -> base db
//! ```
//! ````
//!
//! A line names the room, the crate, and the crates it may use. An arrow may
//! only point to a crate on an earlier line, so neither a circle nor an arrow
//! upwards can be written down. Dev-dependencies need no arrow of their own,
//! but have to point to an earlier line as well.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Problem;
use super::files::Tree;
use crate::workspace::Metadata;

const MAP: &str = "ARCHITECTURE.md";

/// One crate with the others of this project that it uses.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Crate {
    room: String,
    name: String,
    uses: BTreeSet<String>,
    tests_use: BTreeSet<String>,
}

/// The crates as their manifests have them.
pub(super) fn crates(metadata: &Metadata, root: &Path) -> Vec<Crate> {
    let ours: BTreeSet<_> = metadata.packages.iter().map(|package| &package.name).collect();
    let crates = metadata.packages.iter().map(|package| {
        let (mut uses, mut tests_use) = (BTreeSet::new(), BTreeSet::new());
        for dependency in &package.dependencies {
            // A crate may name itself, to switch a feature on for its tests.
            if ours.contains(&dependency.name) && dependency.name != package.name {
                let test_only = dependency.kind.as_deref() == Some("dev");
                let set = if test_only { &mut tests_use } else { &mut uses };
                set.insert(dependency.name.clone());
            }
        }
        Crate { room: room(package.dir(), root), name: package.name.clone(), uses, tests_use }
    });
    crates.collect()
}

/// `crates/domain/depots` stands in the room domain, `crates/web` in one of
/// its own.
fn room(dir: &Path, root: &Path) -> String {
    let inside = dir.strip_prefix(root).unwrap_or(dir);
    let mut parts = inside.iter().map(|part| part.to_string_lossy());
    let first = parts.next().unwrap_or_default().into_owned();
    if first == "crates" { parts.next().unwrap_or_default().into_owned() } else { first }
}

/// Arrows that are not allowed, and remarks on lines that nobody needs.
pub(super) fn check(tree: &Tree, metadata: &Metadata) -> (Vec<Problem>, Vec<Problem>) {
    let actual = crates(metadata, Path::new(&tree.root));
    let Some(map) = tree.file(MAP) else {
        return (vec![Problem::new(MAP, "is not there")], Vec::new());
    };
    match parse(&map.text) {
        Ok(allowed) => compare(&actual, &allowed),
        Err(problem) => (vec![problem], Vec::new()),
    }
}

fn parse(text: &str) -> Result<Vec<Crate>, Problem> {
    let mut lines = text.lines().enumerate().skip_while(|(_, line)| line.trim() != "```crates");
    if lines.next().is_none() {
        return Err(Problem::new(MAP, "has no block ```crates; `cargo xtask graph` prints one"));
    }
    let mut crates: Vec<Crate> = Vec::new();
    for (index, line) in lines {
        let place = format!("{MAP}:{}", index + 1);
        let line = line.trim();
        if line == "```" {
            return Ok(crates);
        }
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let parts = line.split_once("->").and_then(|(left, right)| {
            let (room, name) = left.split_once(':')?;
            Some((room.trim(), name.trim(), right))
        });
        let Some((room, name, right)) = parts else {
            return Err(Problem::new(
                place,
                "is not of the form `room: crate -> crates it may use`",
            ));
        };
        let uses: BTreeSet<_> = right.split_whitespace().map(str::to_owned).collect();
        if let Some(later) = uses.iter().find(|used| !crates.iter().any(|c| c.name == **used)) {
            let what = format!("{name} -> {later}: {later} does not stand on an earlier line");
            return Err(Problem::new(place, what));
        }
        crates.push(Crate {
            room: room.to_owned(),
            name: name.to_owned(),
            uses,
            tests_use: BTreeSet::new(),
        });
    }
    Err(Problem::new(MAP, "the block ```crates does not end"))
}

fn compare(actual: &[Crate], allowed: &[Crate]) -> (Vec<Problem>, Vec<Problem>) {
    let (mut problems, mut remarks) = (Vec::new(), Vec::new());
    let position = |name: &str| allowed.iter().position(|line| line.name == name);
    for one in actual {
        let Some((own, line)) = position(&one.name).map(|at| (at, &allowed[at])) else {
            let what = format!("the crate {} stands in no line of ```crates", one.name);
            problems.push(Problem::new(MAP, what));
            continue;
        };
        if line.room != one.room {
            let what = format!("{} stands in {}, not in {}", one.name, one.room, line.room);
            problems.push(Problem::new(MAP, what));
        }
        for extra in one.uses.difference(&line.uses) {
            problems.push(Problem::new(MAP, format!("no arrow {} -> {extra}", one.name)));
        }
        for unused in line.uses.difference(&one.uses) {
            remarks.push(Problem::new(MAP, format!("unused arrow {} -> {unused}", one.name)));
        }
        for used in &one.tests_use {
            if position(used).is_none_or(|at| at >= own) {
                let what = format!("the tests of {} use {used}, which is not below it", one.name);
                problems.push(Problem::new(MAP, what));
            }
        }
    }
    for line in allowed {
        if !actual.iter().any(|one| one.name == line.name) {
            let what = format!("there is no crate {} any more", line.name);
            problems.push(Problem::new(MAP, what));
        }
    }
    (problems, remarks)
}

/// The block for ARCHITECTURE.md, each crate after those it uses and rooms
/// kept together as far as that allows. Nothing, if there is a circle.
pub(super) fn render(crates: &[Crate]) -> Option<String> {
    let rooms = ["platform", "engines", "domain", "api", "web", "mortise", "xtask"];
    let rank = |one: &Crate| rooms.iter().position(|room| *room == one.room);
    let mut left: BTreeMap<_, &Crate> =
        crates.iter().map(|one| ((rank(one), one.name.as_str()), one)).collect();
    let mut text = "```crates\n".to_owned();
    while !left.is_empty() {
        let names: BTreeSet<_> = left.values().map(|one| one.name.as_str()).collect();
        let free = |one: &Crate| {
            let mut all = one.uses.iter().chain(&one.tests_use);
            all.all(|used| !names.contains(used.as_str()))
        };
        let next = left.iter().find(|(_, one)| free(one)).map(|(key, _)| *key)?;
        let one = left.remove(&next)?;
        let mut line = format!("{}: {} ->", one.room, one.name);
        for used in &one.uses {
            line.push(' ');
            line.push_str(used);
        }
        text.push_str(&line);
        text.push('\n');
    }
    text.push_str("```\n");
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: &str = "# Map\n\n```crates\nplatform: base ->\nplatform: db -> base\n\n# rules\ndomain: identity -> base db\n```\n";

    fn one(room: &str, name: &str, uses: &[&str], tests_use: &[&str]) -> Crate {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Crate {
            room: room.to_owned(),
            name: name.to_owned(),
            uses: set(uses),
            tests_use: set(tests_use),
        }
    }

    fn texts(problems: Vec<Problem>) -> Vec<String> {
        problems.into_iter().map(|problem| problem.what).collect()
    }

    #[test]
    fn the_block_is_read() {
        let crates = parse(BLOCK).expect("a good block");
        assert_eq!(crates.len(), 3);
        assert_eq!(crates[2], one("domain", "identity", &["base", "db"], &[]));
    }

    #[test]
    fn what_is_printed_is_what_is_read() {
        let crates = [
            one("domain", "identity", &["base", "db"], &[]),
            one("platform", "db", &["base"], &[]),
            one("platform", "base", &[], &[]),
        ];
        let block = render(&crates).expect("no circle");
        let back = parse(&block).expect("our own block");
        let names: Vec<_> = back.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["base", "db", "identity"]);
        assert_eq!(compare(&crates, &back), (vec![], vec![]));
    }

    #[test]
    fn arrows_upwards_cannot_be_written_down() {
        let upward = "```crates\nplatform: base -> identity\ndomain: identity ->\n```\n";
        let problem = parse(upward).expect_err("upward");
        assert_eq!(problem.place, "ARCHITECTURE.md:2");
        assert!(problem.what.contains("earlier line"));
    }

    #[test]
    fn bad_blocks_say_where() {
        for (text, place) in [
            ("no block", "ARCHITECTURE.md"),
            ("```crates\nbase ->\n```", "ARCHITECTURE.md:2"),
            ("```crates\nplatform: base ->\n", "ARCHITECTURE.md"),
        ] {
            assert_eq!(parse(text).expect_err(text).place, place);
        }
    }

    #[test]
    fn arrows_that_are_not_allowed_are_named() {
        let allowed = parse(BLOCK).expect("a good block");
        let actual = [
            one("platform", "base", &["db"], &[]),
            one("platform", "db", &[], &["identity"]),
            one("engines", "identity", &["base", "db"], &["base"]),
            one("web", "web", &[], &[]),
        ];
        let (problems, remarks) = compare(&actual, &allowed);
        assert_eq!(
            texts(problems),
            [
                "no arrow base -> db",
                "the tests of db use identity, which is not below it",
                "identity stands in engines, not in domain",
                "the crate web stands in no line of ```crates",
            ]
        );
        assert_eq!(texts(remarks), ["unused arrow db -> base"]);
    }

    #[test]
    fn a_circle_has_no_order() {
        assert!(render(&[one("a", "x", &["y"], &[]), one("a", "y", &["x"], &[])]).is_none());
    }

    #[test]
    fn rooms_come_from_directories() {
        let room = |dir: &str| super::room(Path::new(dir), Path::new("/r"));
        assert_eq!(room("/r/crates/domain/depots"), "domain");
        assert_eq!(room("/r/crates/web"), "web");
        assert_eq!(room("/r/xtask"), "xtask");
    }
}
