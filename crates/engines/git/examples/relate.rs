//! How long the questions about history take on a repository: `relate DIRECTORY`.
#![expect(clippy::print_stdout, reason = "prints its figures")]

use std::{path::Path, time::Instant};

use git::{Cancel, DiffLimits, LogQuery, Oid, RefKind, RefQuery, Repository};

fn timed<T>(what: &str, work: impl FnOnce() -> git::Result<T>) -> git::Result<T> {
    let started = Instant::now();
    let value = work()?;
    println!("{:>9.1} ms  {what}", started.elapsed().as_secs_f64() * 1000.0);
    Ok(value)
}

fn main() -> git::Result<()> {
    let directory = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let repo = Repository::open(Path::new(&directory))?;
    let cancel = Cancel::new();
    let head = repo.head()?.commit.unwrap_or(Oid::ZERO);
    let commits = timed("count commits", || repo.count_commits(head, usize::MAX))?;
    println!("             {commits} commits");
    let branches = timed("page of 20 branches by time", || {
        repo.branch_page(&RefQuery { newest_first: true, limit: 20, ..RefQuery::default() })
    })?;
    println!("             {} branches", branches.total);
    let tips: Vec<Oid> = branches.items.iter().map(|it| it.commit).collect();
    timed("ahead/behind of the page", || repo.ahead_behind_of(head, &tips, &cancel))?;
    let tags = timed("page of 20 tags by time", || {
        repo.tag_page(&RefQuery { newest_first: true, limit: 20, ..RefQuery::default() })
    })?;
    println!("             {} tags", tags.total);
    let all = timed("contributors", || repo.contributors(head, 1_000_000, &cancel))?;
    println!("             {} people", all.people.len());
    let page = LogQuery { limit: 40, ..LogQuery::default() };
    timed("log, first page", || repo.history(head, &page, &cancel))?;
    let last = LogQuery { skip: commits.saturating_sub(40), ..page.clone() };
    let last = timed("log, last page", || repo.history(head, &last, &cancel))?;
    for (what, query) in [
        ("log of README", LogQuery { path: "README.md".into(), ..page.clone() }),
        (
            "log of README, followed",
            LogQuery { path: "README.md".into(), follow: true, ..page.clone() },
        ),
        ("log of src", LogQuery { path: "src".into(), ..page.clone() }),
        ("log by author", LogQuery { author: "salvatore".into(), ..page.clone() }),
        ("log by word that is not there", LogQuery { keyword: "xyzzyx".into(), ..page.clone() }),
        (
            "log of 2015",
            LogQuery { since: Some(1_420_070_400), until: Some(1_451_606_400), ..page.clone() },
        ),
    ] {
        timed(what, || repo.history(head, &query, &cancel))?;
    }
    if let Some(old) = last.last() {
        let kinds = [RefKind::Branch, RefKind::Tag];
        let held = timed("references that hold an old commit", || {
            repo.refs_holding(old.commit.id, &kinds, 1000, &cancel)
        })?;
        println!("             {} references", held.len());
        timed("references that hold the head", || repo.refs_holding(head, &kinds, 1000, &cancel))?;
        timed("merge base with the oldest", || repo.merge_base(old.commit.id, head))?;
        timed("distance to the oldest", || repo.ahead_behind(old.commit.id, head))?;
        let changes = timed("changed files since the oldest", || {
            repo.diff_trees(Some(old.commit.id), head, true)
        })?;
        println!("             {} files", changes.len());
        timed("diff since the oldest", || {
            repo.diff(Some(old.commit.id), head, DiffLimits::default())
        })?;
    }
    timed("tags within the head", || repo.tags_within(head, 1000, &cancel))?;
    timed("last commits of the root", || repo.last_commits(head, "", &cancel))?;
    let (tree, _) = timed("tree with everything below", || repo.tree_below(head, "", 100_000))?;
    println!("             {} entries", tree.len());
    timed("blame of 20 lines of src/server.c", || {
        repo.blame_lines(head, "src/server.c", Some((1000, 1020)), &cancel)
    })?;
    timed("blame of src/server.c", || repo.blame(head, "src/server.c", &cancel)).map(drop)
}
