//! The history of a commit: all of it, or what a filter lets through.

use std::{ffi::OsString, ops::ControlFlow, os::unix::ffi::OsStringExt, time::Duration};

use gix::bstr::ByteSlice;

use crate::{
    Cancel, Commit, Error, Oid, Repository, Result,
    commit::{lossy, read_commit},
    tree::find_bytes,
};

/// The most commits that one question gets.
const LIMIT: usize = 10_000;
/// How long git may look for commits that pass a filter.
const PATIENCE: Duration = Duration::from_secs(60);

/// Which commits of a history are wanted. The default is all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogQuery {
    /// Leave out what is in the history of this commit, too.
    pub without: Option<Oid>,
    /// Only what changed this file or directory; empty for everything. Merges that only took over
    /// one side's version are left out.
    pub path: String,
    /// `path` is a file, and its history goes on under the names that it had before.
    pub follow: bool,
    /// Name or mail address of the author contains this, case ignored; empty for any.
    pub author: String,
    /// The message contains this, case ignored; empty for any.
    pub keyword: String,
    /// Committed at or after this: seconds since 1970-01-01 00:00 UTC.
    pub since: Option<i64>,
    /// Committed at or before this: seconds since 1970-01-01 00:00 UTC.
    pub until: Option<i64>,
    /// Of merges, only the first parent is followed.
    pub first_parent: bool,
    /// How many commits are passed over.
    pub skip: usize,
    /// How many commits are wanted; at most 10,000.
    pub limit: usize,
}

impl LogQuery {
    fn is_plain(&self) -> bool {
        self.path.trim_matches('/').is_empty()
            && self.author.is_empty()
            && self.keyword.is_empty()
            && self.since.is_none()
            && self.until.is_none()
            // gitoxide ends too early when commits of one second, or with clocks that are off,
            // are to be told apart.
            && self.without.is_none()
    }
}

/// A commit in the history of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The commit.
    pub commit: Commit,
    /// What the path of the query was called after this commit; empty where none was given.
    pub path: String,
}

impl Repository {
    /// The commits in the history of `from` that `query` asks for, newest first by commit time.
    ///
    /// Without a filter, the history is walked in this process, and what was walked once is not
    /// walked again for a page behind it. With one, it is walked by one git process, whose cost
    /// grows with what lies before the page and between its commits.
    ///
    /// # Errors
    /// [`Error::NotFound`] when a commit is none here, [`Error::Process`], [`Error::Cancelled`],
    /// [`Error::Timeout`] when git looks for longer than a minute.
    pub fn history(&self, from: Oid, query: &LogQuery, cancel: &Cancel) -> Result<Vec<Logged>> {
        if query.is_plain() {
            self.walked(from, query, cancel)
        } else {
            self.filtered(from, query, cancel)
        }
    }

    fn walked(&self, from: Oid, query: &LogQuery, cancel: &Cancel) -> Result<Vec<Logged>> {
        let page = (query.skip, query.limit.min(LIMIT));
        let found = self.walk(from, query.first_parent, page, cancel)?;
        let repo = self.local();
        let logged = |id| Ok(Logged { commit: read_commit(&repo, id)?, path: String::new() });
        found.into_iter().map(logged).collect()
    }

    fn filtered(&self, from: Oid, query: &LogQuery, cancel: &Cancel) -> Result<Vec<Logged>> {
        let repo = self.local();
        let tree = read_commit(&repo, from)?.tree;
        let path = query.path.trim_matches('/');
        // The path may have been deleted before `from`; then its bytes are what was asked for.
        let bytes = match find_bytes(&repo, tree.into(), path) {
            _ if path.is_empty() => Vec::new(),
            Ok((_, _, bytes)) => bytes,
            Err(Error::NotFound(_)) => path.as_bytes().to_vec(),
            Err(other) => return Err(other),
        };
        let follow = query.follow && !bytes.is_empty();
        let mut log = self
            .git("log")
            // A commit begins with an empty field and `>`; the paths that follow, with `--follow`,
            // are fields, too.
            .args(["--format=%x00>%H", "-z", "--fixed-strings", "--regexp-ignore-case"]);
        let limit = query.limit.min(LIMIT);
        // With `--follow`, git passes over commits before it has looked whether they count.
        let skip = if follow { query.skip } else { 0 };
        if !follow {
            log = log.arg(format!("--skip={}", query.skip)).arg(format!("--max-count={limit}"));
        }
        if !query.author.is_empty() {
            log = log.arg(format!("--author={}", query.author.replace('\0', "")));
        }
        if !query.keyword.is_empty() {
            log = log.arg(format!("--grep={}", query.keyword.replace('\0', "")));
        }
        if let Some(since) = query.since {
            log = log.arg(format!("--since-as-filter=@{} +0000", since.max(0)));
        }
        if let Some(until) = query.until {
            log = log.arg(format!("--until=@{} +0000", until.max(0)));
        }
        if query.first_parent {
            log = log.arg("--first-parent");
        }
        if follow {
            log = log.args(["--follow", "--name-only"]);
        }
        log = log.arg(from.to_string());
        if let Some(without) = query.without {
            read_commit(&repo, without)?;
            log = log.arg(format!("^{without}"));
        }
        log = log.arg("--");
        if !bytes.is_empty() {
            log = log.arg(OsString::from_vec(bytes.clone()));
        }
        let mut found: Vec<Logged> = Vec::new();
        let mut passed = 0;
        let mut called = lossy(&bytes);
        log.timeout(PATIENCE).cancel(cancel).read(|stdout| {
            let mut field = Vec::new();
            let mut after_empty = false;
            loop {
                field.clear();
                let count =
                    stdout.read_until(0, &mut field).map_err(Error::io("cannot read from git"))?;
                if count == 0 {
                    return Ok(ControlFlow::Continue(()));
                }
                let text = field.trim_end_with(|c| c == '\0').trim_start_with(|c| c == '\n');
                let may_be_commit = std::mem::replace(&mut after_empty, text.is_empty());
                let commit = text.strip_prefix(b">").filter(|_| may_be_commit);
                match commit.map(Oid::from_hex) {
                    Some(Ok(_)) if passed < skip => passed += 1,
                    Some(Ok(_)) if found.len() >= limit => return Ok(ControlFlow::Break(())),
                    Some(Ok(id)) => {
                        let commit = read_commit(&repo, id)?;
                        found.push(Logged { commit, path: called.clone() });
                    }
                    _ if text.is_empty() => {}
                    _ => {
                        called = lossy(text);
                        if let Some(last) = found.last_mut() {
                            last.path.clone_from(&called);
                        }
                    }
                }
            }
        })?;
        Ok(found)
    }
}
