//! Trees, tags and notes made in memory, against what real git makes in a checkout.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
};

use git::{Cancel, CommitDraft, EditProblem, Error, FileEdit, Mode, Oid, RefEdit, Signature};

use crate::support::{World, client, made_up, someone};

/// Numbers that look random and are the same in every run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }

    pub(crate) fn one_of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// git in the working copy, as `who` at his moment, with `input`.
pub(crate) fn git_as(
    world: &World,
    who: &Signature,
    args: &[&str],
    input: &[u8],
) -> (bool, String) {
    use std::io::Write as _;
    let (minutes, sign) =
        (who.offset_minutes.abs(), if who.offset_minutes < 0 { '-' } else { '+' });
    let date = format!("{} {sign}{:02}{:02}", who.seconds, minutes / 60, minutes % 60);
    let mut child = client(&world.work())
        .args(args)
        .env("GIT_AUTHOR_NAME", &who.name)
        .env("GIT_AUTHOR_EMAIL", &who.mail)
        .env("GIT_AUTHOR_DATE", &date)
        .env("GIT_COMMITTER_NAME", &who.name)
        .env("GIT_COMMITTER_EMAIL", &who.mail)
        .env("GIT_COMMITTER_DATE", &date)
        .env("GIT_EDITOR", "true")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // git may not want it.
    drop(child.stdin.take().unwrap().write_all(input));
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), text)
}

fn content(dice: &mut Dice) -> Vec<u8> {
    let pieces: [&[u8]; 7] =
        [b"line\n", b"windows\r\n", b"\xff\xfe\x00", "文字\n".as_bytes(), b"", b"\r", b"no end"];
    (0..dice.below(6)).flat_map(|_| *dice.one_of(&pieces)).copied().collect()
}

/// One edit that can be done to `files`, done to them as well.
fn random_edit(dice: &mut Dice, files: &mut BTreeMap<String, Mode>) -> FileEdit {
    let names = ["a", "b", "a.b", "a-", "d/a", "d/b", "d/e/f", "d.x", "z/y/x/w", "文/件 1", "A"];
    loop {
        let path = (*dice.one_of(&names)).to_owned();
        let clashes = files.keys().any(|file| {
            file.starts_with(&format!("{path}/")) || path.starts_with(&format!("{file}/"))
        });
        let there = files.get(&path).copied();
        match dice.below(8) {
            0 | 1 if !clashes && there != Some(Mode::Symlink) => {
                let mode = *dice.one_of(&[Mode::File, Mode::Executable]);
                files.insert(path.clone(), mode);
                return FileEdit::Write { path, data: content(dice), mode };
            }
            2 if there.is_none() && !clashes => {
                files.insert(path.clone(), Mode::Symlink);
                return FileEdit::Create { path, data: b"to/where".to_vec(), mode: Mode::Symlink };
            }
            3 if there.is_some_and(Mode::is_file) => {
                return FileEdit::Modify { path, data: content(dice) };
            }
            4 if there.is_some() => {
                files.remove(&path);
                return FileEdit::DeleteFile { path };
            }
            5 => {
                let to = format!("moved/{}", dice.below(4));
                if let (Some(mode), false) = (there, files.contains_key(&to)) {
                    files.remove(&path);
                    files.insert(to.clone(), mode);
                    return FileEdit::Move { path, to, data: None };
                }
            }
            6 if there.is_some_and(Mode::is_file) => {
                let mode = *dice.one_of(&[Mode::File, Mode::Executable]);
                files.insert(path.clone(), mode);
                return FileEdit::SetMode { path, mode };
            }
            7 if dice.below(4) == 0 && files.keys().any(|file| file.starts_with("d/")) => {
                files.retain(|file, _| !file.starts_with("d/"));
                return FileEdit::Delete { path: "d".to_owned() };
            }
            _ => {}
        }
    }
}

/// The same in a directory, as a person would do it.
fn do_it(root: &Path, edit: &FileEdit) {
    let set_mode = |path: &Path, mode: Mode| {
        let bits = if mode == Mode::Executable { 0o755 } else { 0o644 };
        fs::set_permissions(path, fs::Permissions::from_mode(bits)).unwrap();
    };
    let at = root.join(edit.path());
    match edit {
        FileEdit::Write { data, mode, .. } | FileEdit::Create { data, mode, .. } => {
            fs::create_dir_all(at.parent().unwrap()).unwrap();
            if *mode == Mode::Symlink {
                symlink(std::str::from_utf8(data).unwrap(), &at).unwrap();
            } else {
                fs::write(&at, data).unwrap();
                set_mode(&at, *mode);
            }
        }
        FileEdit::Put { data, .. } | FileEdit::Modify { data, .. } => fs::write(&at, data).unwrap(),
        FileEdit::Move { to, .. } => {
            fs::create_dir_all(root.join(to).parent().unwrap()).unwrap();
            fs::rename(&at, root.join(to)).unwrap();
        }
        FileEdit::SetMode { mode, .. } => set_mode(&at, *mode),
        FileEdit::DeleteFile { .. } => fs::remove_file(&at).unwrap(),
        FileEdit::Delete { .. } => fs::remove_dir_all(&at).unwrap(),
    }
    // Directories that nothing is in would stand in the way of files of that name.
    let mut parent = at.parent();
    while let Some(directory) = parent.filter(|directory| *directory != root) {
        drop(fs::remove_dir(directory));
        parent = directory.parent();
    }
}

/// Random sequences of edits make the very commits, byte for byte, that git makes.
#[test]
pub(crate) fn edits_make_the_commits_that_git_makes() {
    for seed in 1..=6 {
        let world = World::new();
        let mut dice = Dice::new(seed);
        let mut files = BTreeMap::new();
        let mut tip: Option<Oid> = None;
        for round in 0..20 {
            let edits: Vec<_> =
                (0..=dice.below(5)).map(|_| random_edit(&mut dice, &mut files)).collect();
            for edit in &edits {
                do_it(&world.work(), edit);
            }
            let message = *dice.one_of(&["one", "  two \n\n\n more\t\n", "три\r\nдва\n\n"]);
            let who = Signature { seconds: 1_790_000_000 + round, ..someone() };
            world.git(&["add", "-A"]);
            let (done, text) = git_as(
                &world,
                &who,
                &["commit", "-q", "--allow-empty", "-F", "-"],
                message.as_bytes(),
            );
            assert!(done, "{text}");

            let mut draft = world.repo.draft();
            let tree = draft.tree(tip, &edits).unwrap();
            let parents: Vec<Oid> = tip.into_iter().collect();
            let commit = draft
                .commit(&CommitDraft {
                    tree,
                    parents: &parents,
                    author: &who,
                    committer: &who,
                    message,
                })
                .unwrap();
            draft.keep().unwrap();
            assert_eq!(commit, world.rev("HEAD"), "seed {seed}, {edits:#?}");
            tip = Some(commit);
        }
        let edit = RefEdit { name: "refs/heads/main".into(), old: None, new: tip.unwrap() };
        world.repo.edit_refs(&[edit], &someone(), "test").unwrap();
        world.bare(&["fsck", "--strict", "--no-dangling"]);
    }
}

#[test]
pub(crate) fn what_cannot_be_edited_says_why_and_leaves_nothing() {
    let world = World::new();
    world.write("file", "x");
    world.write("dir/file", "x");
    world.write("run", "x");
    fs::set_permissions(world.work().join("run"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("file", world.work().join("link")).unwrap();
    let base = world.commit("base");
    world.push();
    let objects = || world.bare(&["count-objects"]);
    let before = objects();

    let path = |path: &str| path.to_owned();
    let data = Vec::new;
    for (edit, expected) in [
        (
            FileEdit::Create { path: path("file"), data: data(), mode: Mode::File },
            r#""file" exists already"#,
        ),
        (FileEdit::Modify { path: path("none"), data: data() }, r#""none" does not exist"#),
        (FileEdit::Modify { path: path("dir"), data: data() }, r#""dir" is a directory"#),
        (
            FileEdit::Put { path: path("file/x/y"), data: data() },
            r#""file/x/y" cannot be in "file", which is a file"#,
        ),
        (FileEdit::DeleteFile { path: path("dir") }, r#""dir" is a directory"#),
        (FileEdit::DeleteFile { path: path("file/x") }, r#""file/x" does not exist"#),
        (
            FileEdit::Move { path: path("file"), to: path("run"), data: None },
            r#""file" cannot go to "run": exists already"#,
        ),
        (
            FileEdit::Move { path: path("file"), to: path("a/.git/b"), data: None },
            r#""file" cannot go to "a/.git/b": must not have .git in it"#,
        ),
        (
            FileEdit::SetMode { path: path("link"), mode: Mode::File },
            r#""link" cannot have the mode 120000"#,
        ),
        (
            FileEdit::Write { path: path("m"), data: data(), mode: Mode::Submodule },
            r#""m" cannot have the mode 160000"#,
        ),
        (
            FileEdit::Write { path: path(".gitmodules"), data: data(), mode: Mode::Symlink },
            r#"".gitmodules" must not make .gitmodules a link"#,
        ),
    ] {
        let fine = FileEdit::Put { path: path("new"), data: b"new".to_vec() };
        let error = world.repo.draft().tree(Some(base), &[fine, edit]).unwrap_err();
        assert!(matches!(error, Error::Edit { index: 1, .. }), "{error:?}");
        assert_eq!(error.to_string(), expected);
    }
    assert_eq!(objects(), before);

    // What keeps the mode, keeps it.
    let mut draft = world.repo.draft();
    let edits = ["run", "link"].map(|name| FileEdit::Put { path: path(name), data: data() });
    let tree = draft.tree(Some(base), &edits).unwrap();
    draft.keep().unwrap();
    for (name, mode) in [("run", Mode::Executable), ("link", Mode::Symlink)] {
        assert_eq!(world.repo.entry(tree, name).unwrap().mode, mode);
    }
}

/// Git checks what a pushed `.gitmodules` would have a client do; so do we.
#[test]
pub(crate) fn a_dangerous_gitmodules_is_refused_and_a_good_one_kept() {
    let world = World::new();
    let modules = |url: &str| {
        let data = format!("[submodule \"x\"]\n\tpath = x\n\turl = {url}\n").into_bytes();
        let edits = [FileEdit::Put { path: ".gitmodules".to_owned(), data }];
        let mut draft = world.repo.draft();
        let tree = draft.tree(None, &edits).unwrap();
        draft.keep().map(|()| tree)
    };
    let error = modules("-u./payload").unwrap_err();
    assert!(matches!(&error, Error::Invalid(why) if why.contains("gitmodulesUrl")), "{error:?}");
    let tree = modules("https://example.com/x.git").unwrap();
    assert_eq!(world.repo.tree(tree, "").unwrap()[0].name, ".gitmodules");
}

#[test]
pub(crate) fn many_objects_are_kept_in_one_pack() {
    let world = World::new();
    let edits: Vec<_> = (0..300)
        .map(|number| FileEdit::Put {
            path: format!("{}/{number}", number % 7),
            data: format!("{number}\n").repeat(number * 3).into_bytes(),
        })
        .collect();
    let mut draft = world.repo.draft();
    let tree = draft.tree(None, &edits).unwrap();
    let who = someone();
    let commit = draft
        .commit(&CommitDraft { tree, parents: &[], author: &who, committer: &who, message: "many" })
        .unwrap();
    draft.keep().unwrap();
    assert!(world.bare(&["count-objects", "-v"]).contains("\npacks: 1\n"));
    assert_eq!(world.repo.all_blobs(commit).unwrap().len(), 300);
    let edit = RefEdit { name: "refs/heads/main".into(), old: Some(Oid::ZERO), new: commit };
    world.repo.edit_refs(&[edit], &who, "test").unwrap();
    world.bare(&["fsck", "--strict"]);
}

#[test]
pub(crate) fn tags_are_those_that_git_makes() {
    let world = World::new();
    world.write("a", "1");
    let commit = world.commit("one");
    world.push();
    let who = someone();
    let (done, text) =
        git_as(&world, &who, &["tag", "-a", "-F", "-", "v1"], b"First\n\n\n  of many \n");
    assert!(done, "{text}");
    let mut draft = world.repo.draft();
    let tag = draft.tag("v1", commit, &who, "First\n\n\n  of many \n").unwrap();
    assert!(matches!(draft.tag("a..b", commit, &who, "x"), Err(Error::Invalid(_))));
    assert!(matches!(draft.tag("v2", commit, &who, " \n"), Err(Error::Invalid(_))));
    draft.keep().unwrap();
    assert_eq!(tag, world.rev("v1"));
}

/// Git fans notes out once there are two for each first digit of a commit's name, which takes
/// some hundred of them; the trees are git's all the way.
#[test]
pub(crate) fn notes_are_where_git_looks_for_them() {
    let world = World::new();
    let who = someone();
    let mut commits: Vec<Oid> = Vec::new();
    let digit = |commit: &Oid| commit.to_string().as_bytes()[0];
    while commits.len() < 90
        || b"0123456789abcdef"
            .iter()
            .any(|first| commits.iter().filter(|commit| digit(commit) == *first).count() < 2)
    {
        let number = commits.len().to_string();
        world.write("n", &number);
        commits.push(world.commit(&number));
    }
    world.push();
    let mut tip = None;
    for (number, commit) in commits.iter().enumerate() {
        let text = format!("note {number}\n\n\nmore  ");
        let mut draft = world.repo.draft();
        let next = draft.note(tip, *commit, &text, &who, "").unwrap();
        draft.keep().unwrap();
        let (done, said) =
            git_as(&world, &who, &["notes", "add", "-f", "-m", &text, &commit.to_string()], b"");
        assert!(done, "{said}");
        tip = Some(next);
        assert_eq!(next, world.rev("refs/notes/commits"), "note {number}");
    }
    let tip = tip.unwrap();
    assert!(world.repo.tree(tip, "").unwrap().iter().any(|entry| entry.mode == Mode::Tree));
    let asked = [commits[3], made_up(9), commits[89]];
    let found = world.repo.notes(tip, &asked, 1000).unwrap();
    assert_eq!(found, [Some("note 3\n\nmore\n".into()), None, Some("note 89\n\nmore\n".into())]);

    let mut draft = world.repo.draft();
    let again = draft.note(Some(tip), commits[3], "note 3\n\nmore\n", &who, "").unwrap();
    assert_eq!(again, tip, "nothing has changed");
    assert!(matches!(draft.note(Some(tip), commits[3], "\n", &who, ""), Err(Error::Invalid(_))));
    let edit = RefEdit { name: git::DEFAULT_NOTES.into(), old: Some(Oid::ZERO), new: tip };
    world.repo.edit_refs(&[edit], &who, "test").unwrap();
    assert_eq!(world.bare(&["notes", "show", &commits[7].to_string()]), "note 7\n\nmore\n");
    world.repo.fsck(&Cancel::new()).unwrap();

    assert_eq!(git::notes_ref("").unwrap(), "refs/notes/commits");
    assert_eq!(git::notes_ref("notes/x").unwrap(), "refs/notes/x");
    for bad in ["refs/heads/main", "refs/notes/", "a..b", "refs/notes/../heads/x"] {
        assert!(git::notes_ref(bad).is_err(), "{bad}");
    }
}

#[test]
pub(crate) fn problems_are_told_by_kind() {
    let missing = EditProblem::Target { to: "x".into(), problem: Box::new(EditProblem::Missing) };
    assert_eq!(missing.to_string(), r#"cannot go to "x": does not exist"#);
}

/// What one edit costs follows the depth and width of its directories, not the repository.
#[test]
pub(crate) fn one_edit_among_a_hundred_thousand_files_is_small() {
    let world = World::new();
    let mut script = String::from("commit refs/heads/main\ncommitter a <a@b> 1 +0000\ndata 1\nx\n");
    for directory in 0..1000 {
        for file in 0..100 {
            script.push_str(&format!("M 644 inline d{directory}/s/f{file}\ndata 1\nx\n"));
        }
    }
    let (done, text) = git_as(&world, &someone(), &["fast-import", "--quiet"], script.as_bytes());
    assert!(done, "{text}");
    world.push();
    let base = world.repo.resolve("main").unwrap();
    let before = world.bare(&["count-objects"]);
    assert!(before.starts_with("0 objects"), "{before}");
    let started = std::time::Instant::now();
    let who = someone();
    let edits = [FileEdit::Modify { path: "d500/s/f50".to_owned(), data: b"y".to_vec() }];
    let mut draft = world.repo.draft();
    let tree = draft.tree(Some(base), &edits).unwrap();
    draft
        .commit(&CommitDraft {
            tree,
            parents: &[base],
            author: &who,
            committer: &who,
            message: "m",
        })
        .unwrap();
    draft.keep().unwrap();
    let took = started.elapsed();
    // The blob, two directories, the root, the commit.
    let after = world.bare(&["count-objects"]);
    assert!(after.starts_with("5 objects"), "{after}");
    // A thousand times what it takes, because the machine may be busy.
    assert!(took.as_secs() < 10, "{took:?}");
}
