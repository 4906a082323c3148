//! The project's own rules, checked on the files as they are: no build is
//! needed. Every rule is a pure function from text to problems, so that each
//! has its test beside it.

mod borders;
mod files;
mod graph;
mod manifests;
mod source;
mod text;
mod translations;

use anyhow::{Context, Result, bail};

use crate::workspace;
use files::Tree;

/// What a rule has against the tree.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    /// Where: a path, with a line number if there is one.
    place: String,
    /// What, and what to do instead.
    what: String,
}

impl Problem {
    fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into() }
    }
}

/// Checks every rule and prints what is wrong.
///
/// # Errors
/// A rule is broken, or the tree cannot be read.
pub(crate) fn check() -> Result<()> {
    let tree = Tree::read(&workspace::root())?;
    let metadata = workspace::metadata()?;

    let (mut problems, remarks) = graph::check(&tree, &metadata);
    problems.extend(files::check(&tree));
    problems.extend(text::check(&tree));
    problems.extend(borders::check(&tree));
    problems.extend(manifests::check(&tree));
    problems.extend(translations::check(&tree));

    for remark in files::long_files(&tree).into_iter().chain(remarks) {
        println!("remark: {}: {}", remark.place, remark.what);
    }
    problems.sort();
    for problem in &problems {
        eprintln!("{}: {}", problem.place, problem.what);
    }
    if problems.is_empty() {
        println!("tidy: {} files", tree.files.len());
        return Ok(());
    }
    bail!("{} problems", problems.len())
}

/// Prints the present crate graph as the block that ARCHITECTURE.md holds.
///
/// # Errors
/// `cargo metadata` fails.
pub(crate) fn print_graph() -> Result<()> {
    let root = workspace::root();
    let metadata = workspace::metadata()?;
    let crates = graph::crates(&metadata, &root);
    print!("{}", graph::render(&crates).context("the crates use each other in a circle")?);
    Ok(())
}
