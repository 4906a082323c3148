//! How histories relate, filtered logs, contributors, lists of references and patches, held
//! against git's own answers.

use std::{collections::HashSet, fmt::Write as _, io::Write as _, process::Stdio};

use git::{
    AheadBehind, Cancel, Content, DiffLimits, Error, LogQuery, Mode, Oid, RefKind, RefQuery,
    Repository,
};

use crate::support::{World, client, made_up, run};

/// Numbers that are the same in every run.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Numbers {
        Numbers(seed)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// A history of `count` commits by five people with random parents, some without any, with clocks
/// that are days apart; a branch `b<n>` on every commit that has no child yet, a tag on some.
pub(crate) fn random_history(world: &World, seed: u64, count: u64) {
    let mut numbers = Numbers(seed);
    let mut script = String::new();
    for mark in 1..=count {
        // Most clocks are right; some are days behind.
        let skew = if numbers.below(6) == 0 { numbers.below(400_000) } else { 0 };
        let time = 1_700_000_000 + mark * 3_000 - skew;
        let who = numbers.below(5);
        let mail = if numbers.below(2) == 0 { "WHO" } else { "who" };
        let message =
            format!("change {mark} [{}]", ["fix", "Feature", "größe"][numbers.below(3) as usize]);
        writeln!(script, "commit refs/heads/made\nmark :{mark}").unwrap();
        writeln!(script, "author Person {who} <{mail}{who}@example.org> {time} +0000").unwrap();
        writeln!(script, "committer C <c@example.org> {time} +0000").unwrap();
        writeln!(script, "data {}\n{message}", message.len()).unwrap();
        let parents =
            if mark == 1 || numbers.below(40) == 0 { 0 } else { 1 + numbers.below(8) / 6 };
        let mut from = Vec::new();
        for _ in 0..parents {
            let parent = (mark - 1).saturating_sub(numbers.below(6)).max(1);
            if !from.contains(&parent) {
                from.push(parent);
            }
        }
        for (index, parent) in from.iter().enumerate() {
            writeln!(script, "{} :{parent}", ["from", "merge"][index.min(1)]).unwrap();
        }
        let file = numbers.below(9);
        writeln!(
            script,
            "M 100644 inline dir{}/file{file}\ndata {}\n{mark}",
            file % 3,
            mark.to_string().len()
        )
        .unwrap();
        if from.is_empty() {
            // Without a parent the next commit must not go on with the branch.
            writeln!(script, "reset refs/heads/root{mark}\nfrom :{mark}\n").unwrap();
        }
        writeln!(script, "reset refs/heads/b{mark:03}\nfrom :{mark}\n").unwrap();
        if numbers.below(10) == 0 {
            writeln!(script, "reset refs/tags/t{mark:03}\nfrom :{mark}\n").unwrap();
        }
        writeln!(script, "reset refs/heads/made\n").unwrap();
    }
    let mut importer = client(world.repo.path())
        .args(["fast-import", "--quiet", "--force"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    importer.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    assert!(importer.wait().unwrap().success());
}

fn real_distance(world: &World, one: Oid, two: Oid) -> AheadBehind {
    let range = format!("{one}...{two}");
    let text = world.bare(&["rev-list", "--left-right", "--count", &range]);
    let numbers: Vec<usize> = text.split_whitespace().map(|n| n.parse().unwrap()).collect();
    AheadBehind { ahead: numbers[0], behind: numbers[1] }
}

#[test]
pub(crate) fn distances_are_those_of_git() {
    for (seed, with_graph) in [(1, false), (2, true), (3, false), (4, true)] {
        let world = World::new();
        random_history(&world, seed, 160);
        if with_graph {
            world.bare(&["commit-graph", "write", "--reachable"]);
        }
        let repo = Repository::open(world.repo.path()).unwrap();
        let branches = repo.branches().unwrap();
        let tips: Vec<Oid> = branches.iter().map(|branch| branch.commit).collect();
        assert!(tips.len() > 127, "{}", tips.len());
        for base in [tips[tips.len() - 1], tips[tips.len() / 2], tips[3]] {
            let found = repo.ahead_behind_of(base, &tips, &Cancel::new()).unwrap();
            for (tip, found) in tips.iter().zip(found).step_by(3) {
                assert_eq!(found, real_distance(&world, *tip, base), "seed {seed}: {tip} {base}");
            }
        }
        assert_eq!(
            repo.ahead_behind(tips[40], tips[90]).unwrap(),
            real_distance(&world, tips[40], tips[90])
        );
    }
}

#[test]
pub(crate) fn distances_of_what_is_not_there() {
    let world = World::new();
    let commit = world.commit("one");
    world.push();
    let nothing = made_up(7);
    let cancel = Cancel::new();
    for (base, tip) in [(commit, nothing), (nothing, commit)] {
        let failed = world.repo.ahead_behind_of(base, &[tip], &cancel);
        assert!(matches!(failed, Err(Error::NotFound(_))), "{failed:?}");
    }
    assert!(world.repo.ahead_behind_of(commit, &[], &cancel).unwrap().is_empty());
    let same = world.repo.ahead_behind_of(commit, &[commit], &cancel).unwrap();
    assert_eq!(same, [AheadBehind { ahead: 0, behind: 0 }]);
}

#[test]
pub(crate) fn references_that_hold_a_commit() {
    let world = World::new();
    random_history(&world, 9, 120);
    let cancel = Cancel::new();
    let branches = world.repo.branches().unwrap();
    for branch in branches.iter().step_by(17) {
        let real = |kind: &str| -> Vec<String> {
            let id = branch.commit.to_string();
            let text =
                world.bare(&["for-each-ref", "--format=%(refname)", "--contains", &id, kind]);
            text.lines().map(str::to_owned).collect()
        };
        let found = |kinds: &[RefKind], limit| {
            world.repo.refs_holding(branch.commit, kinds, limit, &cancel).unwrap()
        };
        let both = [RefKind::Branch, RefKind::Tag];
        assert_eq!(found(&[RefKind::Branch], 999), real("refs/heads"));
        assert_eq!(found(&[RefKind::Tag], 999), real("refs/tags"));
        assert_eq!(found(&both, 999), [real("refs/heads"), real("refs/tags")].concat());
        assert_eq!(found(&both, 1), real("refs/heads")[..1]);
        let merged = world.bare(&["tag", "--merged", &branch.commit.to_string()]);
        let within = world.repo.tags_within(branch.commit, 999, &cancel).unwrap();
        assert_eq!(within, merged.lines().collect::<Vec<_>>());
    }
    let nothing = made_up(7);
    let failed = world.repo.refs_holding(nothing, &[RefKind::Tag], 9, &cancel);
    assert!(matches!(failed, Err(Error::NotFound(_))));
}

#[test]
pub(crate) fn filtered_logs_are_those_of_git() {
    let world = World::new();
    random_history(&world, 5, 150);
    let tip = world.repo.resolve("b150").unwrap();
    let other = world.repo.resolve("b120").unwrap();
    let all = LogQuery { limit: 1000, ..LogQuery::default() };
    let cases: Vec<(LogQuery, Vec<String>)> = vec![
        (LogQuery { path: "dir1/".into(), ..all.clone() }, vec!["--".into(), "dir1".into()]),
        (LogQuery { author: "PERSON 3".into(), ..all.clone() }, vec!["--author=Person 3".into()]),
        (
            LogQuery { author: "who2@".into(), ..all.clone() },
            vec!["--author=[wW][hH][oO]2@".into()],
        ),
        (LogQuery { keyword: "[feature]".into(), ..all.clone() }, vec!["--grep=.Feature.".into()]),
        (LogQuery { keyword: "größe".into(), ..all.clone() }, vec!["--grep=größe".into()]),
        (
            LogQuery { since: Some(1_700_100_000), until: Some(1_700_300_000), ..all.clone() },
            vec!["--since-as-filter=@1700100000".into(), "--until=@1700300000".into()],
        ),
        (
            LogQuery { without: Some(other), author: "Person".into(), ..all.clone() },
            vec![format!("^{other}")],
        ),
        (
            LogQuery { skip: 3, limit: 5, keyword: "fix".into(), ..all.clone() },
            vec!["--skip=3".into(), "--max-count=5".into(), "--grep=fix".into()],
        ),
        (
            LogQuery { first_parent: true, author: "person".into(), ..all.clone() },
            vec!["--first-parent".into()],
        ),
    ];
    for (query, options) in cases {
        let mut command = vec!["log".to_owned(), "--format=%H".to_owned(), tip.to_string()];
        command.extend(options);
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let real = world.bare(&words);
        let found = world.repo.history(tip, &query, &Cancel::new()).unwrap();
        let found: Vec<String> = found.iter().map(|it| it.commit.id.to_string()).collect();
        assert!(!found.is_empty(), "{query:?}");
        assert_eq!(found, real.lines().collect::<Vec<_>>(), "{query:?}");
    }
}

#[test]
pub(crate) fn plain_logs_are_sets_of_git() {
    let world = World::new();
    random_history(&world, 6, 150);
    let tip = world.repo.resolve("b150").unwrap();
    let other = world.repo.resolve("b100").unwrap();
    for (without, first_parent) in [(None, false), (Some(other), false), (None, true)] {
        let query = LogQuery { without, first_parent, limit: 999, ..LogQuery::default() };
        let mut found: Vec<String> = world
            .repo
            .history(tip, &query, &Cancel::new())
            .unwrap()
            .iter()
            .map(|it| it.commit.id.to_string())
            .collect();
        let page = LogQuery { skip: 7, limit: 4, ..query };
        let page = world.repo.history(tip, &page, &Cancel::new()).unwrap();
        let page: Vec<String> = page.iter().map(|it| it.commit.id.to_string()).collect();
        assert_eq!(page, found[7..11]);
        let (tip, hidden) = (tip.to_string(), without.map(|id| format!("^{id}")));
        let mut words = vec!["rev-list", &tip];
        words.extend(hidden.as_deref());
        words.extend(first_parent.then_some("--first-parent"));
        let real = world.bare(&words);
        let mut real: Vec<&str> = real.lines().collect();
        found.sort();
        real.sort_unstable();
        assert_eq!(found, real);
    }
}

#[test]
pub(crate) fn a_file_is_followed_through_renames() {
    let world = World::new();
    let text: String = (0..40).map(|n| format!("line {n}\n")).collect();
    world.write("数 \"old\".txt", &text);
    let first = world.commit("first");
    world.write("other.txt", "x\n");
    world.commit("aside");
    world.git(&["mv", "数 \"old\".txt", "dir\nnew.txt"]);
    let second = world.commit("moved");
    world.write("dir\nnew.txt", format!("{text}more\n"));
    let third = world.commit("grown");
    world.push();
    let query = LogQuery { path: "dir\nnew.txt".into(), limit: 9, ..LogQuery::default() };
    let ids = |query: &LogQuery| -> Vec<(Oid, String)> {
        let found = world.repo.history(third, query, &Cancel::new()).unwrap();
        found.into_iter().map(|it| (it.commit.id, it.path)).collect()
    };
    let new = "dir\nnew.txt".to_owned();
    assert_eq!(ids(&query), [(third, new.clone()), (second, new.clone())]);
    let followed = LogQuery { follow: true, ..query };
    let old = "数 \"old\".txt".to_owned();
    assert_eq!(ids(&followed), [(third, new.clone()), (second, new), (first, old.clone())]);
    let page = LogQuery { skip: 2, limit: 1, ..followed };
    assert_eq!(ids(&page), [(first, old)]);
    let gone = LogQuery { path: "other.txt/none".into(), limit: 9, ..LogQuery::default() };
    assert_eq!(ids(&gone), []);
}

#[test]
pub(crate) fn contributors_are_those_of_shortlog() {
    let world = World::new();
    random_history(&world, 7, 150);
    let tip = world.repo.resolve("b150").unwrap();
    let found = world.repo.contributors(tip, 10_000, &Cancel::new()).unwrap();
    let id = tip.to_string();
    let total: usize = world.bare(&["rev-list", "--count", &id]).trim().parse().unwrap();
    assert_eq!((found.commits, found.truncated), (total, false));
    // Ours tells people apart by the mail address alone, case ignored.
    let authors = world.bare(&["log", "--format=%ae %at", &id]).to_lowercase();
    for person in &found.people {
        let own: Vec<i64> = authors
            .lines()
            .filter_map(|line| line.split_once(' '))
            .filter(|(mail, _)| *mail == person.mail.to_lowercase())
            .map(|(_, time)| time.parse().unwrap())
            .collect();
        assert_eq!(person.commits, own.len());
        assert_eq!(Some(&person.first), own.iter().min());
        assert_eq!(Some(&person.last), own.iter().max());
        let weeks: u32 = person.weeks.iter().map(|(_, count)| count).sum();
        assert_eq!(weeks as usize, own.len());
        for (week, count) in &person.weeks {
            // 1970-01-04 was a Sunday.
            assert_eq!((week - 3 * 86_400) % (7 * 86_400), 0);
            let inside = own.iter().filter(|time| (*week..week + 7 * 86_400).contains(*time));
            assert_eq!(inside.count(), *count as usize);
        }
    }
    assert_eq!(found.people.len(), 5);
    assert!(found.people.is_sorted_by_key(|person| std::cmp::Reverse(person.commits)));
    let some = world.repo.contributors(tip, 10, &Cancel::new()).unwrap();
    assert_eq!((some.commits, some.truncated), (10, true));
}

#[test]
pub(crate) fn pages_of_references() {
    let world = World::new();
    world.commit("one");
    for (time, name) in [("2026-03-04T01:00:00Z", "Topic/b"), ("2026-03-04T03:00:00Z", "topic/a")] {
        world.git(&["checkout", "-q", "-b", name]);
        let status = client(&world.work())
            .env("GIT_COMMITTER_DATE", time)
            .args(["commit", "-q", "--allow-empty", "-m", name])
            .status();
        assert!(status.unwrap().success());
    }
    world.git(&["tag", "v1"]);
    world.git(&["tag", "-a", "v2/größe", "-m", "words\n\nmore", "HEAD~1"]);
    world.push();
    let query = |keyword: &str, newest_first, skip, limit| RefQuery {
        keyword: keyword.into(),
        newest_first,
        skip,
        limit,
    };
    let names = |query: RefQuery| {
        let page = world.repo.branch_page(&query).unwrap();
        let names: Vec<String> = page.items.into_iter().map(|branch| branch.name).collect();
        (names.join(" "), page.total)
    };
    assert_eq!(names(query("", false, 0, 9)), ("Topic/b main topic/a".into(), 3));
    assert_eq!(names(query("TOPIC", true, 0, 9)), ("topic/a Topic/b".into(), 2));
    assert_eq!(names(query("", false, 1, 1)), ("main".into(), 3));
    assert_eq!(names(query("none", false, 0, 9)), (String::new(), 0));
    let tags = world.repo.tag_page(&query("", false, 0, 9)).unwrap();
    assert_eq!(tags.items, world.repo.tags().unwrap());
    assert_eq!(tags.total, 2);
    let tag = world.repo.tag("v2/größe").unwrap().unwrap();
    assert_eq!(tag.annotation.as_ref().unwrap().message, "words\n\nmore\n");
    assert_eq!(tag.object, world.rev("HEAD~1"));
    assert_eq!(world.repo.tag("none").unwrap(), None);
    assert_eq!(world.repo.tag("../heads/main").unwrap(), None);
}

#[test]
pub(crate) fn a_tree_with_everything_below() {
    let world = World::new();
    for path in ["a/b/c/deep.txt", "a/数.txt", "z.txt", "a.b/x", "a/b.txt"] {
        world.write(path, path);
    }
    let first = world.commit("first");
    world.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{first},a/lib")]);
    world.git(&["commit", "-q", "-m", "with a submodule"]);
    world.push();
    let tip = world.rev("HEAD");
    let (all, more) = world.repo.tree_below(tip, "", 1000).unwrap();
    let shown: String = all.iter().fold(String::new(), |mut text, entry| {
        let kind = match entry.mode {
            Mode::Tree => "tree",
            Mode::Submodule => "commit",
            _ => "blob",
        };
        writeln!(text, "{} {kind} {}\t{}", entry.mode.as_octal(), entry.oid, entry.path).unwrap();
        text
    });
    let real = world.git(&["-c", "core.quotePath=false", "ls-tree", "-r", "-t", "HEAD"]);
    assert_eq!((shown, more), (real, false));
    let (below, _) = world.repo.tree_below(tip, "/a/b/", 1000).unwrap();
    let paths: Vec<&str> = below.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(paths, ["a/b/c", "a/b/c/deep.txt"]);
    let (some, more) = world.repo.tree_below(tip, "", 3).unwrap();
    assert_eq!((some.as_slice(), more), (&all[..3], true));
    assert!(!world.repo.tree_below(tip, "", all.len()).unwrap().1);
    assert!(matches!(world.repo.tree_below(tip, "z.txt", 9), Err(Error::NotFound(_))));

    let blob = world.repo.entry(tip, "z.txt").unwrap().oid;
    assert_eq!(world.repo.find_blob(&blob.to_string()).unwrap(), blob);
    assert_eq!(world.repo.find_blob(&blob.short(7)).unwrap(), blob);
    for wrong in ["", "abc", "zzzz", "deadbeef", &tip.to_string(), "../../x"] {
        assert!(matches!(world.repo.find_blob(wrong), Err(Error::NotFound(_))), "{wrong}");
    }
}

#[test]
pub(crate) fn blame_of_some_lines() {
    let world = World::new();
    world.write("f.txt", "one\ntwo\nthree\nfour\n");
    let first = world.commit("first");
    world.write("f.txt", "one\nzwei\nthree\nfour\n");
    let second = world.commit("second");
    world.push();
    let lines = |range| -> Result<Vec<(u32, u32, Oid)>, Error> {
        let ranges = world.repo.blame_lines(second, "f.txt", range, &Cancel::new())?;
        Ok(ranges.iter().map(|it| (it.first_line, it.lines, it.commit.id)).collect())
    };
    assert_eq!(lines(Some((2, 3))).unwrap(), [(2, 1, second), (3, 1, first)]);
    assert_eq!(lines(Some((3, 99))).unwrap(), [(3, 2, first)]);
    assert_eq!(lines(None).unwrap().len(), 3);
    assert!(matches!(lines(Some((9, 10))), Err(Error::Invalid(_))));
}

#[test]
pub(crate) fn patches_are_those_of_git_and_apply() {
    let world = World::new();
    let long: String = (0..60).map(|n| format!("fn line_{n}() {{}}\n")).collect();
    world.write("src/long.rs", &long);
    world.write("with space.txt", "a\nb\n");
    world.write("tab\tand \"quote\".txt", "a\n");
    world.write("größe/数.txt", "a\n");
    world.write("bare", "no end");
    world.write("gone.txt", "x\ny\n");
    world.write("moved.txt", (0..30).map(|n| format!("{n}\n")).collect::<String>());
    world.write("image.png", [0, 1, 2, 3]);
    world.write("tool.sh", "#!/bin/sh\n");
    let first = world.commit("first");
    world.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{first},lib")]);
    world.git(&["commit", "-q", "-m", "submodule"]);
    let old = world.rev("HEAD");
    world.write("src/long.rs", long.replace("line_7(", "seven(").replace("line_50(", "fifty("));
    world.write("with space.txt", "a\nc\n");
    world.write("tab\tand \"quote\".txt", "b\n");
    world.write("größe/数.txt", "a\nb");
    world.write("bare", "no end at all");
    std::fs::remove_file(world.work().join("gone.txt")).unwrap();
    world.git(&["mv", "moved.txt", "moved there.txt"]);
    world.write("image.png", [0, 1, 2, 4]);
    world.write("new/empty.txt", "");
    world.write("new/file.txt", "hello\n");
    world.git(&["add", "-A"]);
    world.git(&["update-index", "--chmod=+x", "tool.sh"]);
    world.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{old},lib")]);
    world.git(&["commit", "-q", "-m", "changes"]);
    world.push();
    let new = world.rev("HEAD");
    let files = world.repo.diff(Some(old), new, DiffLimits::default()).unwrap();
    let ours: String = files.iter().map(git::FileDiff::patch).collect();
    let real = world.bare(&[
        "-c",
        "core.quotePath=false",
        "-c",
        "core.abbrev=7",
        "diff",
        "-M",
        "--histogram",
        &old.to_string(),
        &new.to_string(),
    ]);
    // How much alike two files are is left out.
    let real: Vec<&str> =
        real.lines().filter(|line| !line.starts_with("similarity index")).collect();
    let mut sorted: Vec<&str> = ours.lines().collect();
    let mut expected = real.clone();
    sorted.sort_unstable();
    expected.sort_unstable();
    // Git sorts by bytes of the destination, as we do; the whole text is compared by file.
    assert_eq!(sorted, expected);
    assert_eq!(ours.lines().collect::<Vec<_>>(), real);

    let changes = world.repo.diff_trees(Some(old), new, true).unwrap();
    let one = changes.iter().filter(|change| change.path() == "src/long.rs").cloned().collect();
    let one = world.repo.diff_changes(one, DiffLimits::default()).unwrap();
    assert_eq!(one.len(), 1);
    assert!(matches!(&one[0].content, Content::Text { hunks, .. } if hunks.len() == 2));
    assert_eq!(files.iter().find(|file| file.change.path() == "src/long.rs"), one.first());

    // Text only: a binary file cannot be applied without its bytes.
    let text: String = files
        .iter()
        .filter(|it| matches!(it.content, Content::Text { .. }))
        .map(git::FileDiff::patch)
        .collect();
    run(&world.work(), &["checkout", "-q", "--force", &old.to_string()]);
    let mut apply = client(&world.work())
        .args(["apply", "--check", "-"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    apply.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    assert!(apply.wait().unwrap().success());
}

/// Commits of one second cannot be told apart by their time.
#[test]
pub(crate) fn what_is_between_commits_of_one_second() {
    let world = World::new();
    let git = |args: &[&str]| {
        let mut command = client(&world.work());
        command.env("GIT_COMMITTER_DATE", "1700000000 +0000").args(args);
        assert!(command.output().unwrap().status.success(), "{args:?}");
    };
    let commit = |message: &str| git(&["commit", "-q", "--allow-empty", "-m", message]);
    for number in 0..5 {
        commit(&format!("c{number}"));
        git(&["branch", &format!("c{number}")]);
    }
    for (branch, start) in [("b1", "c2"), ("b2", "c1"), ("b3", "c0")] {
        git(&["checkout", "-q", "-b", branch, start]);
        commit(branch);
    }
    git(&["checkout", "-q", "main"]);
    git(&["merge", "-q", "-s", "ours", "-m", "m1", "b1", "b2"]);
    git(&["merge", "-q", "-s", "ours", "-m", "m2", "b3"]);
    world.push();
    for graph in [false, true] {
        if graph {
            world.repo.write_commit_graph(&Cancel::new()).unwrap();
        }
        for (from, to) in [("c4", "main"), ("c3", "main"), ("b2", "b1"), ("b3", "main")] {
            let ids = world.git(&["rev-list", &format!("{from}..{to}")]);
            let theirs: HashSet<Oid> = ids.lines().map(|id| Oid::from_hex(id).unwrap()).collect();
            let ours = world.repo.log_between(world.rev(from), world.rev(to), 100).unwrap();
            let ours: HashSet<Oid> = ours.iter().map(|commit| commit.id).collect();
            assert_eq!(ours, theirs, "{from}..{to}");
        }
    }
}
