//! What a push would bring: the commits that no reference leads to yet, and the files that each of
//! them touches.

use std::{
    collections::{BinaryHeap, HashMap, HashSet, hash_map::Entry},
    ops::ControlFlow,
};

use gix::{
    ObjectId,
    bstr::BStr,
    diff::tree::{Recorder, Visit, recorder, visit},
    objs::TreeRefIter,
};

use crate::{
    ChangeKind, Commit, Error, Mode, Oid, Repository, Result,
    commit::{lossy, read_commit},
    error::from_gix,
    tree::tree_of,
};

/// How many commits are looked at beyond the point where everything seems known: clocks differ,
/// and a date may be older than those of its ancestors.
const SLOP: usize = 16;

/// The commits that some tips would bring to a repository. Keeps their names only: 100,000 of them
/// take a few megabytes.
pub struct Incoming {
    repo: gix::Repository,
    /// The oldest first.
    commits: Vec<ObjectId>,
    members: HashSet<ObjectId>,
}

impl std::fmt::Debug for Incoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Incoming").field("commits", &self.commits.len()).finish_non_exhaustive()
    }
}

/// What a commit does to one file, link or submodule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// [`ChangeKind::Added`], [`ChangeKind::Modified`] or [`ChangeKind::Deleted`]; who renames a
    /// file deletes one and adds one.
    pub kind: ChangeKind,
    /// The path from the root of the tree.
    pub path: String,
    /// What it is, or was when it is deleted.
    pub mode: Mode,
    /// The object's name, or what it was when it is deleted.
    pub oid: Oid,
}

impl Repository {
    /// The commits that `tips` (commits or tags; anything else brings none) lead to and that no
    /// reference leads to. Costs what is new, and a look at each reference.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when there are more than `limit`; [`Error::NotFound`] when
    /// a commit or an ancestor of it is missing.
    pub fn incoming(&self, tips: &[Oid], limit: usize) -> Result<Incoming> {
        let mut repo = self.local();
        repo.object_cache_size_if_unset(8 << 20);
        let mut walk =
            Walk { repo: &repo, known: HashMap::new(), queue: BinaryHeap::new(), new: 0 };
        for tip in tips {
            if let Some(commit) = commit_behind(&repo, *tip) {
                walk.mark(commit, false)?;
            }
        }
        if walk.new > 0 {
            for reference in self.references()? {
                let target = reference.peeled.unwrap_or(reference.target);
                // What is no commit, or is missing, hides nothing.
                if let Some(commit) = commit_behind(&repo, target) {
                    walk.mark(commit, true)?;
                }
            }
        }
        let commits = walk.run(limit)?;
        Ok(Incoming::of(repo, commits))
    }

    /// The commits that `tips` (commits or tags) lead to and that none of `known` leads to.
    /// Commits of `known` that are gone hide nothing.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when there are more than `limit`; [`Error::NotFound`] when
    /// an ancestor is missing.
    pub fn between(&self, known: &[Oid], tips: &[Oid], limit: usize) -> Result<Incoming> {
        let mut repo = self.local();
        repo.object_cache_size_if_unset(8 << 20);
        let mut walk =
            Walk { repo: &repo, known: HashMap::new(), queue: BinaryHeap::new(), new: 0 };
        for (ids, known) in [(tips, false), (known, true)] {
            for id in ids {
                if let Some(commit) = commit_behind(&repo, *id) {
                    walk.mark(commit, known)?;
                }
            }
        }
        let commits = walk.run(limit)?;
        Ok(Incoming::of(repo, commits))
    }
}

impl Incoming {
    /// Of commits in the order of a walk, the newest first.
    fn of(repo: gix::Repository, mut commits: Vec<ObjectId>) -> Self {
        commits.reverse();
        let members = commits.iter().copied().collect();
        Self { repo, commits, members }
    }

    /// The names of the new commits, the oldest first.
    pub fn ids(&self) -> impl Iterator<Item = Oid> + '_ {
        self.commits.iter().map(|id| Oid::from(*id))
    }

    /// How many commits are new.
    pub fn len(&self) -> usize {
        self.commits.len()
    }

    /// Whether nothing is new.
    pub fn is_empty(&self) -> bool {
        self.commits.is_empty()
    }

    /// Whether this commit is one of them.
    pub fn contains(&self, commit: Oid) -> bool {
        self.members.contains(&ObjectId::from(commit))
    }

    /// The commit behind a tip that is a tag, or the tip itself; `None` for other objects.
    pub fn commit_behind(&self, tip: Oid) -> Option<Oid> {
        commit_behind(&self.repo, tip).map(Oid::from)
    }

    /// Shows every new commit to `each`, the oldest first, until it breaks. Only one is in memory.
    ///
    /// # Errors
    /// What `each` returns, and [`Error::Repository`].
    pub fn each<E: From<Error>>(
        &self,
        mut each: impl FnMut(&Commit) -> std::result::Result<ControlFlow<()>, E>,
    ) -> std::result::Result<(), E> {
        for id in &self.commits {
            let commit = read_commit(&self.repo, Oid::from(*id))?;
            if each(&commit)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// A commit, new or not.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn commit(&self, id: Oid) -> Result<Commit> {
        read_commit(&self.repo, id)
    }

    /// What a commit touches: against its parent, or for a merge what differs from every parent,
    /// which is what the merge itself brings in.
    ///
    /// # Errors
    /// [`Error::Repository`] when a tree cannot be read, [`Error::TooLarge`] for more than a million
    /// entries: a few small trees that hold each other many times can have billions.
    pub fn touched(&self, commit: &Commit) -> Result<Vec<Touched>> {
        let mut found = self.differences(commit.parents.first().copied(), commit.tree)?;
        for parent in commit.parents.iter().skip(1) {
            if found.is_empty() {
                break;
            }
            let also = self.differences(Some(*parent), commit.tree)?;
            let paths: HashSet<&str> = also.iter().map(|touched| &*touched.path).collect();
            found.retain(|touched| paths.contains(&*touched.path));
        }
        Ok(found)
    }

    /// The size of a file in bytes.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn size(&self, oid: Oid) -> Result<u64> {
        let id = oid.within(&self.repo).ok_or_else(|| Error::not_found(format!("file {oid}")))?;
        Ok(self.repo.find_header(id).map_err(from_gix)?.size())
    }

    fn differences(&self, parent: Option<Oid>, tree: Oid) -> Result<Vec<Touched>> {
        let old = match parent {
            Some(parent) => {
                Some(self.repo.find_tree(tree_of(&self.repo, parent)?).map_err(from_gix)?)
            }
            None => None,
        };
        let new = self.repo.find_tree(ObjectId::from(tree)).map_err(from_gix)?;
        let hash = self.repo.object_hash();
        let recorder = Recorder::default().track_location(Some(recorder::Location::Path));
        let mut recorder = Bounded { recorder, left: TOUCHED_LIMIT };
        gix::diff::tree(
            old.as_ref().map_or_else(
                || TreeRefIter::from_bytes(&[], hash),
                |old| TreeRefIter::from_bytes(&old.data, hash),
            ),
            TreeRefIter::from_bytes(&new.data, hash),
            gix::diff::tree::State::default(),
            &self.repo.objects,
            &mut recorder,
        )
        .map_err(|error| match error {
            gix::diff::tree::Error::Cancelled => Error::TooLarge {
                what: "a commit".to_owned(),
                size: TOUCHED_LIMIT + 1,
                limit: TOUCHED_LIMIT,
            },
            other => Error::Repository(other.to_string()),
        })?;
        let touched = recorder.recorder.records.into_iter().filter_map(|change| {
            let (kind, path, mode, oid) = match change {
                recorder::Change::Addition { entry_mode, oid, path, .. } => {
                    (ChangeKind::Added, path, entry_mode, oid)
                }
                recorder::Change::Deletion { entry_mode, oid, path, .. } => {
                    (ChangeKind::Deleted, path, entry_mode, oid)
                }
                recorder::Change::Modification { entry_mode, oid, path, .. } => {
                    (ChangeKind::Modified, path, entry_mode, oid)
                }
            };
            let touched =
                Touched { kind, path: lossy(&path), mode: mode.kind().into(), oid: oid.into() };
            (touched.mode != Mode::Tree).then_some(touched)
        });
        Ok(touched.collect())
    }
}

fn commit_behind(repo: &gix::Repository, id: Oid) -> Option<ObjectId> {
    let id = id.within(repo)?;
    let kind = repo.find_header(id).ok()?.kind();
    match kind {
        gix::object::Kind::Commit => Some(id),
        gix::object::Kind::Tag => {
            let object = repo.find_object(id).ok()?.peel_tags_to_end().ok()?;
            (object.kind == gix::object::Kind::Commit).then_some(object.id)
        }
        _ => None,
    }
}

/// Entries that a commit may touch, directories included.
const TOUCHED_LIMIT: u64 = 1_000_000;

/// Records changes until there are too many.
struct Bounded {
    recorder: Recorder,
    left: u64,
}

impl Visit for Bounded {
    fn pop_front_tracked_path_and_set_current(&mut self) {
        self.recorder.pop_front_tracked_path_and_set_current();
    }

    fn push_back_tracked_path_component(&mut self, component: &BStr) {
        self.recorder.push_back_tracked_path_component(component);
    }

    fn push_path_component(&mut self, component: &BStr) {
        self.recorder.push_path_component(component);
    }

    fn pop_path_component(&mut self) {
        self.recorder.pop_path_component();
    }

    fn visit(&mut self, change: visit::Change) -> visit::Action {
        if self.left == 0 {
            return visit::Action::Break(());
        }
        self.left -= 1;
        self.recorder.visit(change)
    }
}

/// Git's own way to tell new from known: both histories are walked from their tips by date until
/// nothing new is left to look at.
struct Walk<'a> {
    repo: &'a gix::Repository,
    known: HashMap<ObjectId, Met>,
    queue: BinaryHeap<(i64, ObjectId)>,
    /// How many commits in the queue seem to be new.
    new: usize,
}

#[derive(Clone, Copy)]
struct Met {
    /// A reference leads to it.
    known: bool,
    queued: bool,
}

impl Walk<'_> {
    fn mark(&mut self, id: ObjectId, known: bool) -> Result<()> {
        match self.known.entry(id) {
            Entry::Occupied(mut entry) => {
                let met = entry.get_mut();
                if !known || met.known {
                    return Ok(());
                }
                met.known = true;
                if met.queued {
                    self.new -= 1;
                    return Ok(());
                }
                // It was passed as new: its ancestors have to hear of it as well.
                met.queued = true;
            }
            Entry::Vacant(entry) => {
                entry.insert(Met { known, queued: true });
                if !known {
                    self.new += 1;
                }
            }
        }
        let commit =
            self.repo.find_commit(id).map_err(|_| Error::not_found(format!("commit {id}")))?;
        self.queue.push((commit.time().map_err(from_gix)?.seconds, id));
        Ok(())
    }

    fn run(mut self, limit: usize) -> Result<Vec<ObjectId>> {
        let mut passed = Vec::new();
        let mut oldest = i64::MAX;
        let mut slop = SLOP;
        while let Some((seconds, id)) = self.queue.pop() {
            if self.new == 0 {
                if seconds < oldest {
                    if slop == 0 {
                        break;
                    }
                    slop -= 1;
                }
            } else {
                slop = SLOP;
            }
            let Some(met) = self.known.get_mut(&id) else { continue };
            met.queued = false;
            let known = met.known;
            if !known {
                self.new -= 1;
                passed.push(id);
                oldest = oldest.min(seconds);
                if passed.len() > limit {
                    return Err(Error::TooLarge {
                        what: "the push".to_owned(),
                        size: passed.len() as u64,
                        limit: limit as u64,
                    });
                }
            }
            let commit =
                self.repo.find_commit(id).map_err(|_| Error::not_found(format!("commit {id}")))?;
            for parent in commit.parent_ids() {
                self.mark(parent.detach(), known)?;
            }
        }
        passed.retain(|id| self.known.get(id).is_some_and(|met| !met.known));
        Ok(passed)
    }
}
