//! The tree's files, and the rules about their sizes and names.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::Problem;

/// Past this many lines one asks what two things a file is.
const LONG: usize = 500;
/// Past this many lines it is not asked any more.
const TOO_LONG: usize = 800;

/// Module names that say nothing about what is inside.
const NAMELESS: [&str; 6] = ["util", "utils", "helper", "helpers", "common", "misc"];

/// One text file of the project.
pub(super) struct SourceFile {
    /// From the root, with `/`.
    pub(super) path: String,
    pub(super) text: String,
}

impl SourceFile {
    pub(super) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Whether the whole file is test code by its place or its name.
    pub(super) fn is_test(&self) -> bool {
        let mut parts = self.path.split('/');
        parts.any(|part| ["tests", "benches", "examples", "tests.rs"].contains(&part))
    }
}

/// The files that git knows or would add.
pub(super) struct Tree {
    pub(super) files: Vec<SourceFile>,
    /// The checkout's own place on this machine.
    pub(super) root: String,
}

impl Tree {
    pub(super) fn read(root: &Path) -> Result<Self> {
        let listed = Command::new("git")
            .current_dir(root)
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .output()
            .context("git ls-files")?;
        ensure!(
            listed.status.success(),
            "git ls-files: {}",
            String::from_utf8_lossy(&listed.stderr)
        );
        let names = String::from_utf8(listed.stdout).context("a file name is not UTF-8")?;
        let read = |path: &str| {
            // A file deleted but not yet committed, a symbolic link to a
            // directory, or something that is not text: no rule applies.
            let text = std::fs::read_to_string(root.join(path)).ok()?;
            Some(SourceFile { path: path.to_owned(), text })
        };
        Ok(Self {
            files: names.split_terminator('\0').filter_map(read).collect(),
            root: root.to_string_lossy().into_owned(),
        })
    }

    pub(super) fn file(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }

    pub(super) fn rust(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().filter(|file| file.is_rust())
    }
}

pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in tree.rust() {
        let lines = file.text.lines().count();
        if lines > TOO_LONG {
            problems.push(Problem::new(
                &*file.path,
                format!("{lines} lines; the limit is {TOO_LONG}: which two things is it?"),
            ));
        }
        if let Some(name) = nameless(&file.path) {
            problems.push(Problem::new(
                &*file.path,
                format!("a module named {name}; name it for what it holds"),
            ));
        }
    }
    match tree.file("LICENSE") {
        Some(licence) if licence.text.contains("Apache License") => {}
        _ => problems.push(Problem::new("LICENSE", "the Apache License 2.0 is not there")),
    }
    problems
}

/// Files that are not too long yet, but on the way.
pub(super) fn long_files(tree: &Tree) -> Vec<Problem> {
    let long = tree.rust().filter_map(|file| {
        let lines = file.text.lines().count();
        (lines > LONG && lines <= TOO_LONG)
            .then(|| Problem::new(&*file.path, format!("{lines} lines")))
    });
    long.collect()
}

fn nameless(path: &str) -> Option<&str> {
    path.split('/')
        .map(|part| part.strip_suffix(".rs").unwrap_or(part))
        .find(|part| NAMELESS.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        let files = files
            .iter()
            .map(|(path, text)| SourceFile { path: (*path).to_owned(), text: (*text).to_owned() });
        Tree { files: files.collect(), root: "/nowhere".to_owned() }
    }

    #[test]
    fn sizes_and_names() {
        let tree = tree(&[
            ("LICENSE", "Apache License"),
            ("a/fine.rs", &"x\n".repeat(TOO_LONG)),
            ("a/long.rs", &"x\n".repeat(TOO_LONG + 1)),
            ("a/utils/x.rs", ""),
            ("a/tests/common/mod.rs", ""),
            ("a/utility.rs", ""),
            ("docs/misc/page.md", &"x\n".repeat(5000)),
        ]);
        let places: Vec<_> = check(&tree).into_iter().map(|problem| problem.place).collect();
        assert_eq!(places, ["a/long.rs", "a/utils/x.rs", "a/tests/common/mod.rs"]);
        assert_eq!(long_files(&tree).len(), 1);
    }

    #[test]
    fn a_licence_is_asked_for() {
        assert_eq!(check(&tree(&[]))[0].place, "LICENSE");
    }
}
