//! Differences, held against git's own.

use std::fmt::Write;

use git::{ChangeKind, Content, DiffLimits, FileDiff, LineKind, Mode};

use crate::support::World;

/// The hunks as `git diff` writes them.
fn patch(files: &[FileDiff]) -> String {
    let mut out = String::new();
    for file in files {
        let Content::Text { hunks, .. } = &file.content else { continue };
        for hunk in hunks {
            let span = |start: u32, lines: u32| {
                if lines == 1 { start.to_string() } else { format!("{start},{lines}") }
            };
            let heading = hunk.heading.as_ref().map(|h| format!(" {h}")).unwrap_or_default();
            writeln!(
                out,
                "@@ -{} +{} @@{heading}",
                span(hunk.old_start, hunk.old_lines),
                span(hunk.new_start, hunk.new_lines)
            )
            .unwrap();
            for line in &hunk.lines {
                let sign = match line.kind {
                    LineKind::Context => ' ',
                    LineKind::Added => '+',
                    LineKind::Removed => '-',
                };
                writeln!(out, "{sign}{}", line.text).unwrap();
                if line.unterminated {
                    writeln!(out, "\\ No newline at end of file").unwrap();
                }
            }
        }
    }
    out
}

fn real_patch(world: &World, from: &str, to: &str) -> String {
    let text = world.git(&["diff", "--histogram", "-M", from, to]);
    let mut out = String::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("diff --git") {
            inside = false;
        }
        inside |= line.starts_with("@@");
        if inside {
            writeln!(out, "{line}").unwrap();
        }
    }
    out
}

#[test]
pub(crate) fn hunks_are_those_of_git() {
    let world = World::new();
    let text: String = (1..=60).map(|n| format!("line {n}\n    body\n")).collect();
    world.write("text.c", &text);
    world.write("gone.txt", "a\nb\n");
    world.write("noeol", "x\ny");
    world.write("empty", "");
    world.write("moved/from.rs", format!("{text}fn main() {{}}\n"));
    world.commit("one");
    let changed = text
        .replace("line 1\n", "LINE 1\n")
        .replace("line 30\n", "")
        .replace("line 31\n", "line 31\nnew\nnew 2\n")
        .replace("line 35\n", "line 35!\n")
        + "end";
    world.write("text.c", changed);
    std::fs::remove_file(world.work().join("gone.txt")).unwrap();
    std::fs::remove_file(world.work().join("moved/from.rs")).unwrap();
    world.write("moved/to.rs", format!("{text}fn main() {{ run() }}\n"));
    world.write("noeol", "x\ny\nz");
    world.write("empty", "not any more\n");
    world.write("new", "quite another thing\n");
    world.commit("two");
    world.push();
    let files = world.repo.commit_diff(world.rev("HEAD"), DiffLimits::default()).unwrap();
    assert_eq!(patch(&files), real_patch(&world, "HEAD~1", "HEAD"));
    let kinds: Vec<_> = files.iter().map(|f| (f.change.path(), f.change.kind)).collect();
    assert_eq!(
        kinds,
        [
            ("empty", ChangeKind::Modified),
            ("gone.txt", ChangeKind::Deleted),
            ("moved/to.rs", ChangeKind::Renamed),
            ("new", ChangeKind::Added),
            ("noeol", ChangeKind::Modified),
            ("text.c", ChangeKind::Modified),
        ]
    );
    assert_eq!(files[2].change.old.as_ref().unwrap().path, "moved/from.rs");
    let Content::Text { added, removed, .. } = &files[5].content else { panic!() };
    let stat = world.git(&["diff", "--histogram", "--numstat", "HEAD~1", "HEAD", "--", "text.c"]);
    assert_eq!(format!("{added}\t{removed}\ttext.c\n"), stat);

    let root = world.repo.commit_diff(world.rev("HEAD~1"), DiffLimits::default()).unwrap();
    assert!(root.iter().all(|file| file.change.kind == ChangeKind::Added));
    assert_eq!(root.len(), 5);
    assert!(
        world.repo.diff_trees(Some(world.rev("HEAD")), world.rev("HEAD"), true).unwrap().is_empty()
    );
}

#[test]
pub(crate) fn what_is_not_text() {
    let world = World::new();
    world.write("binary", [1, 0, 2]);
    world.write("mode", "same\n");
    world.write("large", "x\n".repeat(1000));
    world.write("kind", "target");
    let one = world.commit("one");
    world.write("binary", [1, 0, 2, 3]);
    world.write("large", "y\n".repeat(1000));
    std::fs::remove_file(world.work().join("kind")).unwrap();
    std::os::unix::fs::symlink("target", world.work().join("kind")).unwrap();
    world.git(&["add", "-A"]);
    world.git(&["update-index", "--chmod=+x", "mode"]);
    world.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{one},sub")]);
    world.git(&["commit", "-q", "-m", "two"]);
    world.push();
    let limits = DiffLimits { file_bytes: 1500, ..DiffLimits::default() };
    let files = world.repo.commit_diff(world.rev("HEAD"), limits).unwrap();
    let find = |path: &str| files.iter().find(|file| file.change.path() == path).unwrap();
    assert_eq!(find("binary").content, Content::Binary { old_size: 3, new_size: 4 });
    assert_eq!(find("large").content, Content::TooLarge);
    assert_eq!(find("sub").content, Content::Submodule);
    assert_eq!(find("mode").content, Content::Text { hunks: vec![], added: 0, removed: 0 });
    assert_eq!(find("mode").change.new.as_ref().unwrap().mode, Mode::Executable);
    assert_eq!(find("kind").change.new.as_ref().unwrap().mode, Mode::Symlink);

    let few = DiffLimits { files: 1, ..DiffLimits::default() };
    let files = world.repo.commit_diff(world.rev("HEAD"), few).unwrap();
    assert!(files[1..].iter().all(|file| file.content == Content::Omitted));
    let short = DiffLimits { lines: 100, ..DiffLimits::default() };
    let files = world.repo.commit_diff(world.rev("HEAD"), short).unwrap();
    let large = files.iter().find(|file| file.change.path() == "large").unwrap();
    assert_eq!(large.content, Content::Omitted);
}

#[test]
pub(crate) fn attributes_of_the_content_choose_nothing() {
    let world = World::new();
    world.write(".gitattributes", "* binary diff=evil filter=evil -text\n");
    world.write("a.txt", "one\n");
    world.commit("one");
    world.write("a.txt", "two\n");
    world.commit("two");
    world.push();
    let files = world.repo.commit_diff(world.rev("HEAD"), DiffLimits::default()).unwrap();
    assert!(matches!(&files[0].content, Content::Text { added: 1, removed: 1, .. }));
}
