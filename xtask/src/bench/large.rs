//! Made-up repositories that are large in one way each.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;

use super::import;

/// Files that one commit adds, and the next one changes.
const FILES: usize = 10_000;
/// Commits of the long history.
const COMMITS: usize = 100_000;
/// Branches of the long history beside `main`, each with one commit of its own.
const BRANCHES: usize = 300;
/// Tags of the long history.
const TAGS: usize = 300;

/// Makes a repository with a commit that adds 10,000 files, one that changes
/// them, and one that moves them all and changes them again.
///
/// # Errors
/// git fails.
pub(super) fn wide(path: &Path) -> Result<()> {
    let name = |n: usize| format!("dir{}/sub{}/file{n}.txt", n % 50, n % 7);
    let mut stream = commit("main", 0) + &file("README.md", "# wide\n");
    stream += &commit("main", 1);
    stream.extend((0..FILES).map(|n| file(&name(n), &format!("line {n}\nx\n"))));
    stream += &commit("main", 2);
    stream.extend((0..FILES).map(|n| file(&name(n), &format!("line {n} changed\nx\ny\n"))));
    stream += &commit("main", 3);
    for n in 0..FILES {
        let _ = writeln!(stream, "D {}", name(n));
        let moved = format!("moved{}/{}", n % 3, name(n));
        stream += &file(&moved, &format!("line {n} changed\nx\ny\nz\n"));
    }
    import(path, &stream)
}

/// Makes a repository with a history of 100,000 commits, with 300 branches and
/// 300 tags along it.
///
/// # Errors
/// git fails.
pub(super) fn long(path: &Path) -> Result<()> {
    let mut stream = commit("main", 0) + &file("README.md", "# long\n");
    for number in 1..COMMITS {
        stream += &commit("main", number);
        stream += &file(&format!("src/f{}.c", number % 40), &format!("int x = {number};\n"));
        if number % (COMMITS / TAGS) == 1 {
            let _ = writeln!(stream, "reset refs/tags/v{number}\nfrom refs/heads/main\n");
        }
        if number % (COMMITS / BRANCHES) == 1 {
            let branch = format!("topic/{number}");
            stream += &commit(&branch, number);
            stream += "from refs/heads/main\n";
            stream += &file(&format!("topics/t{number}.c"), "int y;\n");
        }
    }
    import(path, &stream)
}

/// The head of a commit in the form of `git fast-import`.
fn commit(branch: &str, number: usize) -> String {
    const PEOPLE: [&str; 4] = ["Ada", "Grace", "Wang", "Linus"];
    let name = PEOPLE[(number * 7 + number / 900) % PEOPLE.len()];
    let who = format!("{name} <{name}@example.com> {} +0000", 1_500_000_000 + number * 700);
    let message = format!("Change number {number}");
    format!(
        "commit refs/heads/{branch}\nauthor {who}\ncommitter {who}\ndata {}\n{message}\n",
        message.len()
    )
}

fn file(path: &str, text: &str) -> String {
    format!("M 100644 inline {path}\ndata {}\n{text}\n", text.len())
}
