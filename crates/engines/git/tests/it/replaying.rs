//! Cherry-picks, reverts and rebases against those of real git, on made-up histories.

use std::{fs, os::unix::fs::PermissionsExt};

use git::{Cancel, Error, Oid, RefEdit, Signature};

use crate::{
    drafting::{Dice, git_as},
    support::{World, someone},
};

/// What became of it: a commit, nothing to do, or the paths that conflict.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Done(Oid),
    Empty,
    Conflict,
}

fn ours(result: git::Result<Oid>) -> Outcome {
    match result {
        Ok(commit) => Outcome::Done(commit),
        Err(Error::Empty(_)) => Outcome::Empty,
        Err(Error::Conflicts { paths, .. }) => {
            assert!(!paths.is_empty());
            Outcome::Conflict
        }
        Err(other) => panic!("{other:?}"),
    }
}

fn theirs(world: &World, who: &Signature, at: Oid, args: &[&str]) -> Outcome {
    world.git(&["checkout", "-q", "-f", "--detach", &at.to_string()]);
    world.git(&["clean", "-q", "-f", "-d"]);
    let (done, text) = git_as(world, who, args, b"");
    let outcome = if done {
        Outcome::Done(world.rev("HEAD"))
    } else if text.contains("is now empty") || text.contains("nothing to commit") {
        Outcome::Empty
    } else if text.contains("CONFLICT") {
        Outcome::Conflict
    } else {
        panic!("{args:?}: {text}")
    };
    for abort in ["cherry-pick", "revert", "rebase"] {
        git_as(world, who, &[abort, "--abort"], b"");
    }
    outcome
}

/// Makes the files look otherwise: lines change, files come, go, move and become executable.
fn change(world: &World, dice: &mut Dice, round: usize) {
    let root = world.work();
    let listed = world.git(&["ls-files"]);
    let files: Vec<&str> = listed.lines().collect();
    for _ in 0..=dice.below(2) {
        let path = root.join(*dice.one_of(&files));
        match dice.below(8) {
            0..=3 => {
                let Ok(data) = fs::read(&path) else { continue };
                let end: &[u8] = if data.contains(&b'\r') { b"\r\n" } else { b"\n" };
                let mut lines: Vec<Vec<u8>> =
                    data.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
                let at = dice.below(lines.len());
                let mut line = format!("{round} ").into_bytes();
                line.extend_from_slice(b"\xe9\xff");
                line.extend_from_slice(&end[..end.len() - 1]);
                if dice.below(3) == 0 {
                    lines.insert(at, line);
                } else {
                    lines[at] = line;
                }
                fs::write(&path, lines.join(&b'\n')).unwrap();
            }
            4 => {
                let to = root.join(format!("{}/r{round}", dice.one_of(&["one", "two", "three"])));
                if path.exists() && !to.exists() {
                    fs::create_dir_all(to.parent().unwrap()).unwrap();
                    fs::rename(&path, to).unwrap();
                }
            }
            5 => {
                let new = root.join(format!("one/n{}", dice.below(3)));
                if !new.exists() {
                    fs::write(new, format!("new {round}\n{}", "same\n".repeat(dice.below(4))))
                        .unwrap();
                }
            }
            6 if path.exists() => {
                let bits = if dice.below(2) == 0 { 0o755 } else { 0o644 };
                fs::set_permissions(&path, fs::Permissions::from_mode(bits)).unwrap();
            }
            7 if dice.below(3) == 0 && files.len() > 6 => drop(fs::remove_file(&path)),
            _ => {}
        }
    }
}

/// Two branches of `length` commits on a common start; the commits of both.
fn history(world: &World, dice: &mut Dice, length: usize) -> (Vec<Oid>, Vec<Oid>) {
    for directory in ["one", "two", "three"] {
        for number in 0..3 {
            let end = if number == 1 { "\r\n" } else { "\n" };
            let lines: String = (0..12)
                .map(|line| format!("{directory} {number} {line} {}{end}", "x".repeat(line)))
                .collect();
            world.write(&format!("{directory}/f{number}"), lines);
        }
    }
    world.write(".gitattributes", "* -text\n");
    world.commit("start");
    let mut branches = [Vec::new(), Vec::new()];
    for (side, name) in ["left", "right"].into_iter().enumerate() {
        world.git(&["checkout", "-q", "-b", name, "main"]);
        for round in 0..length {
            change(world, dice, side * 100 + round);
            world.git(&["add", "-A"]);
            // Some in an old encoding, as old histories have them.
            let args: &[&str] = if round % 4 == 3 {
                &[
                    "-c",
                    "i18n.commitEncoding=ISO-8859-1",
                    "commit",
                    "-q",
                    "--allow-empty",
                    "-F",
                    "-",
                ]
            } else {
                &["commit", "-q", "--allow-empty", "-F", "-"]
            };
            let message = if round % 4 == 3 {
                b"caf\xe9\n\nin Latin-1\n".to_vec()
            } else {
                // The head of a message may have several lines.
                let more = if round % 4 == 1 { "and\nmore\n" } else { "" };
                format!("{name} {round} 提交\n{more}\nbody\n").into_bytes()
            };
            let who = Signature {
                name: "Zoë".to_owned(),
                seconds: 1_700_000_000 + (side * 1000 + round) as i64,
                offset_minutes: 330,
                ..someone()
            };
            let (done, text) = git_as(world, &who, args, &message);
            assert!(done, "{text}");
            branches[side].push(world.rev("HEAD"));
        }
    }
    world.push();
    let [left, right] = branches;
    (left, right)
}

fn point(world: &World, name: &str, at: Oid) {
    let edit = RefEdit { name: format!("refs/heads/{name}"), old: None, new: at };
    world.repo.edit_refs(&[edit], &someone(), "test").unwrap();
}

#[test]
pub(crate) fn picks_and_reverts_are_those_of_git() {
    let who = Signature { seconds: 1_791_000_000, ..someone() };
    let mut counts = [0; 3];
    for seed in 1..=5 {
        let world = World::new();
        let mut dice = Dice::new(seed * 77);
        let (left, right) = history(&world, &mut dice, 8);
        let tip = *right.last().unwrap();
        for (number, commit) in left.iter().chain(&right).enumerate() {
            let name = commit.to_string();
            let onto = if number % 3 == 0 { left[left.len() - 1] } else { tip };
            let mut draft = world.repo.draft();
            let pick = draft.cherry_pick(onto, *commit, None, &who).map(|it| it.commit);
            if pick.is_ok() {
                draft.keep().unwrap();
            }
            let pick = ours(pick);
            assert_eq!(
                pick,
                theirs(&world, &who, onto, &["cherry-pick", &name]),
                "seed {seed}: pick {name} on {onto}"
            );
            let mut draft = world.repo.draft();
            let revert = draft.revert(onto, *commit, None, &who, "").map(|it| it.commit);
            if revert.is_ok() {
                draft.keep().unwrap();
            }
            let revert = ours(revert);
            assert_eq!(
                revert,
                theirs(&world, &who, onto, &["revert", "--no-edit", &name]),
                "seed {seed}: revert {name} on {onto}"
            );
            for outcome in [pick, revert] {
                match outcome {
                    Outcome::Done(commit) => {
                        counts[0] += 1;
                        point(&world, &format!("done/{}", commit.short(12)), commit);
                    }
                    Outcome::Empty => counts[1] += 1,
                    Outcome::Conflict => counts[2] += 1,
                }
            }
        }
        world.bare(&["fsck", "--strict", "--no-dangling"]);
    }
    // The made-up histories have all of it.
    assert!(counts[0] > 30 && counts[1] > 3 && counts[2] > 10, "{counts:?}");
}

#[test]
pub(crate) fn rebases_are_those_of_git() {
    let who = Signature { seconds: 1_791_000_000, ..someone() };
    let mut counts = [0; 3];
    for seed in 1..=12 {
        let world = World::new();
        let mut dice = Dice::new(seed * 1234);
        let (left, right) = history(&world, &mut dice, 4);
        // Some of the branch has been taken over already.
        let base = *right.last().unwrap();
        let base = match theirs(&world, &who, base, &["cherry-pick", &left[1].to_string()]) {
            Outcome::Done(commit) => commit,
            _ => base,
        };
        world.git(&["push", "-q", "origin", &format!("{base}:refs/heads/base")]);
        for (at, tip) in left.iter().enumerate() {
            let mut draft = world.repo.draft();
            let rebased = draft.rebase(base, *tip, &who, &Cancel::new());
            let rebased = match rebased {
                Ok(rebased) => {
                    draft.keep().unwrap();
                    point(&world, &format!("done/{at}"), rebased.tip);
                    counts[1] += rebased.dropped.len();
                    Ok(rebased.tip)
                }
                Err(error) => Err(error),
            };
            let rebased = ours(rebased);
            let expected = theirs(&world, &who, *tip, &["rebase", "-q", &base.to_string()]);
            assert_eq!(rebased, expected, "seed {seed}: {tip} on {base}");
            match rebased {
                Outcome::Done(_) => counts[0] += 1,
                _ => counts[2] += 1,
            }
        }
        world.bare(&["fsck", "--strict", "--no-dangling"]);
    }
    assert!(counts.iter().all(|count| *count > 5), "{counts:?}");
}

#[test]
pub(crate) fn merges_need_a_side_and_rebases_leave_them_out() {
    let who = Signature { seconds: 1_791_000_000, ..someone() };
    let world = World::new();
    world.write("a", "1\n");
    let start = world.commit("start");
    world.git(&["checkout", "-q", "-b", "side"]);
    world.write("b", "side\n");
    let side = world.commit("side");
    world.git(&["checkout", "-q", "main"]);
    world.write("c", "main\n");
    let main = world.commit("main");
    world.git(&["merge", "-q", "--no-ff", "-m", "merge", "side"]);
    let merge = world.rev("HEAD");
    world.write("d", "after\n");
    let after = world.commit("after");
    world.git(&["checkout", "-q", "-b", "other", &start.to_string()]);
    world.write("e", "other\n");
    let other = world.commit("other");
    world.push();

    let mut draft = world.repo.draft();
    let error = draft.cherry_pick(other, merge, None, &who).unwrap_err();
    assert!(matches!(error, Error::Invalid(_)), "{error:?}");
    for number in [0, 3] {
        let error = draft.cherry_pick(other, merge, Some(number), &who).unwrap_err();
        assert!(matches!(error, Error::Invalid(_)), "{number}: {error:?}");
    }
    for number in ["1", "2"] {
        let mainline = Some(number.parse().unwrap());
        let pick = draft.cherry_pick(other, merge, mainline, &who).map(|it| it.commit);
        let name = merge.to_string();
        let expected = theirs(&world, &who, other, &["cherry-pick", "-m", number, &name]);
        assert_eq!(ours(pick), expected);
        let revert = draft.revert(after, merge, mainline, &who, "").map(|it| it.commit);
        let expected = theirs(&world, &who, after, &["revert", "--no-edit", "-m", number, &name]);
        assert_eq!(ours(revert), expected);
    }
    let rebased = draft.rebase(other, after, &who, &Cancel::new()).unwrap();
    assert_eq!(rebased.replayed, 3);
    let expected = theirs(&world, &who, after, &["rebase", "-q", &other.to_string()]);
    assert_eq!(Outcome::Done(rebased.tip), expected);

    // What stands on the base already stays as it is; what the base has is nothing to do.
    assert_eq!(draft.rebase(start, main, &who, &Cancel::new()).unwrap().tip, main);
    assert_eq!(draft.rebase(after, side, &who, &Cancel::new()).unwrap().tip, after);
    // The first commit of all can be taken elsewhere too.
    let first = draft.cherry_pick(other, start, None, &who);
    assert!(matches!(first, Err(Error::Empty(_))), "{first:?}");
    draft.keep().unwrap();
}

#[test]
pub(crate) fn a_conflict_names_the_files_and_writes_nothing() {
    let world = World::new();
    world.write("a", "1\n2\n3\n");
    world.write("b", "1\n");
    world.commit("start");
    world.git(&["checkout", "-q", "-b", "side"]);
    world.write("a", "1\nside\n3\n");
    world.write("b", "side\n");
    let side = world.commit("side");
    world.git(&["checkout", "-q", "main"]);
    world.write("a", "1\nmain\n3\n");
    world.git(&["rm", "-q", "b"]);
    let main = world.commit("main");
    world.push();
    let before = world.bare(&["count-objects", "-v"]);
    let mut draft = world.repo.draft();
    let error = draft.cherry_pick(main, side, None, &someone()).unwrap_err();
    let Error::Conflicts { commit, paths } = &error else { panic!("{error:?}") };
    assert_eq!((*commit, paths.as_slice()), (side, &["a".to_owned(), "b".to_owned()][..]));
    drop(draft);
    assert_eq!(world.bare(&["count-objects", "-v"]), before);
}

#[test]
pub(crate) fn a_long_rebase_is_refused() {
    let world = World::new();
    let mut script = String::new();
    for number in 0..=git::REBASE_LIMIT + 1 {
        script.push_str(&format!(
            "commit refs/heads/long\ncommitter a <a@b> {} +0000\ndata 1\nx\nM 644 inline f\ndata {}\n{number}\n",
            1_700_000_000 + number,
            number.to_string().len()
        ));
    }
    script.push_str(
        "commit refs/heads/base\ncommitter a <a@b> 1 +0000\ndata 1\nx\nM 644 inline g\ndata 1\ng\n",
    );
    let (done, text) = git_as(&world, &someone(), &["fast-import", "--quiet"], script.as_bytes());
    assert!(done, "{text}");
    world.push();
    let of = |name| world.repo.resolve(name).unwrap();
    let error =
        world.repo.draft().rebase(of("base"), of("long"), &someone(), &Cancel::new()).unwrap_err();
    assert!(matches!(error, Error::TooLarge { .. }), "{error:?}");
}

/// Attributes in the directory of a file say how it is merged.
#[test]
pub(crate) fn attributes_of_the_branch_count() {
    let who = Signature { seconds: 1_791_000_000, ..someone() };
    let world = World::new();
    world.write("sub/.gitattributes", "*.log merge=union\n*.bin -merge\n");
    for file in ["sub/deep/a.log", "sub/a.bin", "a.log"] {
        world.write(file, "1\n2\n3\n");
    }
    let start = world.commit("start");
    let mut tips = Vec::new();
    for (branch, file) in [("one", "sub/deep/a.log"), ("two", "sub/a.bin"), ("three", "a.log")] {
        world.git(&["checkout", "-q", "-b", branch, &start.to_string()]);
        world.write(file, format!("1\n{branch}\n3\n"));
        tips.push(world.commit(branch));
    }
    world.git(&["checkout", "-q", "-b", "all", &start.to_string()]);
    for file in ["sub/deep/a.log", "sub/a.bin", "a.log"] {
        world.write(file, "1\nall\n3\n");
    }
    let onto = world.commit("all");
    world.push();
    let mut outcomes = Vec::new();
    for tip in tips {
        let mut draft = world.repo.draft();
        let pick = draft.cherry_pick(onto, tip, None, &who).map(|it| it.commit);
        outcomes.push(ours(pick));
        let name = tip.to_string();
        let expected = theirs(&world, &who, onto, &["cherry-pick", &name]);
        assert_eq!(outcomes.last(), Some(&expected), "{name}");
    }
    assert!(matches!(outcomes[..], [Outcome::Done(_), Outcome::Conflict, Outcome::Conflict]));
}
