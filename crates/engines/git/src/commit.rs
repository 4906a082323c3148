//! Commits, the history they form, and questions about it.

use gix::bstr::{BStr, ByteSlice};

use crate::{Cancel, Error, LogQuery, Oid, Repository, Result, error::from_gix};

/// Who did something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The person's name.
    pub name: String,
    /// The person's mail address, without angle brackets.
    pub mail: String,
    /// Seconds since 1970-01-01 00:00 UTC.
    pub seconds: i64,
    /// The distance of the person's clock from UTC, in minutes, east positive.
    pub offset_minutes: i32,
}

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub id: Oid,
    /// The tree it records.
    pub tree: Oid,
    /// None for the first commit of a history, two or more for a merge.
    pub parents: Vec<Oid>,
    /// Who wrote the change.
    pub author: Signature,
    /// Who made the commit of it.
    pub committer: Signature,
    /// The whole message.
    pub message: String,
    /// Whether it carries a signature; nothing is said about its validity.
    pub signed: bool,
}

impl Commit {
    /// The first paragraph of the message on one line.
    pub fn summary(&self) -> String {
        let title = self.message.trim_start().split("\n\n").next().unwrap_or_default();
        title.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The message below its first paragraph.
    pub fn body(&self) -> &str {
        self.message.trim_start().split_once("\n\n").map_or("", |(_, body)| body.trim())
    }
}

/// How far two histories are apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AheadBehind {
    /// Commits that only the first has.
    pub ahead: usize,
    /// Commits that only the second has.
    pub behind: usize,
}

pub(crate) fn lossy(bytes: &(impl AsRef<[u8]> + ?Sized)) -> String {
    String::from_utf8_lossy(bytes.as_ref()).into_owned()
}

/// A text of a commit; Git allows other encodings, of which only Latin-1 is met in practice.
fn decode(bytes: &BStr, encoding: Option<&BStr>) -> String {
    match encoding.and_then(|name| name.to_str().ok()).map(str::to_ascii_lowercase).as_deref() {
        Some("iso-8859-1" | "iso8859-1" | "latin1" | "latin-1") => {
            bytes.iter().map(|byte| char::from(*byte)).collect()
        }
        _ => lossy(bytes),
    }
}

pub(crate) fn signature(signature: gix::actor::SignatureRef<'_>) -> Signature {
    signature_in(signature, None)
}

fn signature_in(signature: gix::actor::SignatureRef<'_>, encoding: Option<&BStr>) -> Signature {
    let signature = signature.trim();
    let time = signature.time().unwrap_or_default();
    Signature {
        name: decode(signature.name, encoding),
        mail: decode(signature.email, encoding),
        seconds: time.seconds,
        offset_minutes: time.offset / 60,
    }
}

pub(crate) fn parse_commit(id: Oid, data: &[u8]) -> Result<Commit> {
    let kind = id.format().kind();
    let commit = gix::objs::CommitRef::from_bytes(data, kind).map_err(from_gix)?;
    let encoding = commit.encoding;
    Ok(Commit {
        id,
        tree: commit.tree().into(),
        parents: commit.parents().map(Into::into).collect(),
        author: signature_in(commit.author().map_err(from_gix)?, encoding),
        committer: signature_in(commit.committer().map_err(from_gix)?, encoding),
        message: decode(commit.message, encoding),
        signed: ["gpgsig", "gpgsig-sha256"]
            .iter()
            .any(|name| commit.extra_headers().find(name).is_some()),
    })
}

impl Repository {
    /// The commit of this name.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such object or it is no commit.
    pub fn commit(&self, id: Oid) -> Result<Commit> {
        let repo = self.local();
        read_commit(&repo, id)
    }

    /// The history of `from`, newest first by commit time: `limit` commits after the first `skip`.
    /// What lies before the page costs about 2 µs a commit the first time.
    ///
    /// # Errors
    /// [`Error::NotFound`] when `from` is no commit here.
    pub fn log(&self, from: Oid, skip: usize, limit: usize) -> Result<Vec<Commit>> {
        let repo = self.local();
        let found = self.walk(from, false, (skip, limit), &Cancel::new())?;
        found.into_iter().map(|id| read_commit(&repo, id)).collect()
    }

    /// The commits that `to` has and `from` has not, newest first, at most `limit` and 10,000.
    ///
    /// # Errors
    /// As [`Repository::history`].
    pub fn log_between(&self, from: Oid, to: Oid, limit: usize) -> Result<Vec<Commit>> {
        let query = LogQuery { without: Some(from), limit, ..LogQuery::default() };
        let found = self.history(to, &query, &Cancel::new())?;
        Ok(found.into_iter().map(|logged| logged.commit).collect())
    }

    /// How many commits the history of `from` has, but counting stops at `limit`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when `from` is no commit here.
    pub fn count_commits(&self, from: Oid, limit: usize) -> Result<usize> {
        let mut repo = self.local();
        repo.object_cache_size_if_unset(4 << 20);
        check_commit(&repo, from)?;
        let walk = repo.rev_walk([gix::ObjectId::from(from)]).all().map_err(from_gix)?;
        Ok(walk.take(limit).filter(std::result::Result::is_ok).count())
    }

    /// The best common ancestor of two commits, if they have one.
    ///
    /// # Errors
    /// [`Error::Repository`], also when either is no commit here.
    pub fn merge_base(&self, one: Oid, two: Oid) -> Result<Option<Oid>> {
        let mut repo = self.local();
        repo.object_cache_size_if_unset(4 << 20);
        for id in [one, two] {
            id.within(&repo).ok_or_else(|| Error::not_found(format!("commit {id}")))?;
        }
        let base = repo.merge_base(one, two).map_err(from_gix)?;
        Ok(base.map(|id| id.detach().into()))
    }

    /// Whether `ancestor` is `descendant` or in its history.
    ///
    /// # Errors
    /// [`Error::Repository`], also when either is no commit here.
    pub fn is_ancestor(&self, ancestor: Oid, descendant: Oid) -> Result<bool> {
        Ok(ancestor == descendant || self.merge_base(ancestor, descendant)? == Some(ancestor))
    }

    /// How many commits `one` has that `two` has not, and the other way round.
    ///
    /// # Errors
    /// [`Error::Repository`], also when either is no commit here.
    pub fn ahead_behind(&self, one: Oid, two: Oid) -> Result<AheadBehind> {
        let distance = self.ahead_behind_of(two, &[one], &Cancel::new())?;
        Ok(distance.first().copied().unwrap_or(AheadBehind { ahead: 0, behind: 0 }))
    }
}

/// Fails where there is no such commit.
pub(crate) fn check_commit(repo: &gix::Repository, id: Oid) -> Result<()> {
    let commit = id.within(repo).and_then(|id| repo.find_commit(id).ok());
    commit.map(drop).ok_or_else(|| Error::not_found(format!("commit {id}")))
}

pub(crate) fn read_commit(repo: &gix::Repository, id: Oid) -> Result<Commit> {
    let missing = || Error::not_found(format!("commit {id}"));
    let object = id.within(repo).ok_or_else(missing)?;
    let object = repo.try_find_object(object).map_err(from_gix)?.ok_or_else(missing)?;
    if object.kind != gix::object::Kind::Commit {
        return Err(missing());
    }
    parse_commit(id, &object.data)
}
