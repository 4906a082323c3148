//! The check that nothing is missing behind a small pack.
//!
//! What has to hold before a reference may name a new tip is that every object that can be reached
//! from it is there. Objects that are merely in the repository prove nothing: a push that was
//! broken off, or a branch that was deleted and half cleaned up, leaves some whose parents are
//! gone. So each link from an object of the pack has to lead
//!
//! 1. to another object of the pack, of the kind that the link says; or
//! 2. to a commit that an existing reference reaches; or
//! 3. to an entry of a tree of such a commit (found by walking the new trees and those of the
//!    parents side by side); or
//! 4. to a file or tree for which everything below it was looked up and found.
//!
//! Behind 2 and 3 nothing is missing because that held when the reference was made; behind 4
//! because it was seen. As objects refer to older ones only, what can be reached from an object of
//! the pack is there by induction. This is what git's `rev-list --objects --not --all` and the
//! links check of `index-pack --strict` establish, and like the latter it is asked of every object
//! of the pack, also those that no tip reaches. What would take long to establish here is left to
//! them.

use std::collections::{HashMap, HashSet};

use gix::{ObjectId, objs::Kind};

use super::{
    contents::ReadByGit,
    fsck::{Link, Mode, entries},
    pack::{ForGit, Object},
};

/// How many trees and files are looked up one by one before git is asked instead.
const LOOKUPS: usize = 10_000;
/// How far back a commit that no reference names is looked for.
const COMMITS: usize = 1_000;

/// Proofs about one pack.
pub(super) struct Links<'a> {
    repo: &'a gix::Repository,
    pack: HashMap<ObjectId, &'a Object>,
    links: Vec<Vec<Link>>,
    /// References that the push is about, and `HEAD`: what new commits mostly stand on.
    near: Vec<ObjectId>,
    /// What all references name, once it was needed.
    tips: Option<HashSet<ObjectId>>,
    /// Objects of the repository behind which nothing is missing.
    complete: HashMap<ObjectId, Kind>,
    /// Those among them whose content git has looked at when they came in.
    examined: HashSet<ObjectId>,
    lookups: usize,
}

/// Checks every link from the pack, and the `tips` that references are to name. `links` are those
/// of each object, in order. `near` are present values of references.
pub(super) fn check(
    repo: &gix::Repository,
    objects: &[Object],
    links: Vec<Vec<Link>>,
    tips: &[ObjectId],
    near: Vec<ObjectId>,
) -> Result<(), ForGit> {
    let mut all = Links {
        repo,
        pack: objects.iter().map(|object| (object.id, object)).collect(),
        links,
        near,
        tips: None,
        complete: HashMap::new(),
        examined: HashSet::new(),
        lookups: LOOKUPS,
    };
    all.compare_with_parents(objects)?;
    for links in std::mem::take(&mut all.links) {
        for link in links {
            all.follow(link)?;
        }
    }
    for tip in tips {
        if !all.pack.contains_key(tip) {
            let kind = all.kind(*tip)?;
            all.follow(Link { id: *tip, kind, file: None })?;
        }
    }
    Ok(())
}

impl Links<'_> {
    fn kind(&self, id: ObjectId) -> Result<Kind, ForGit> {
        Ok(self.repo.try_find_header(id).ok().flatten().ok_or(ForGit)?.kind())
    }

    fn follow(&mut self, link: Link) -> Result<(), ForGit> {
        if let Some(object) = self.pack.get(&link.id) {
            return if object.kind == link.kind && link.file.is_none() {
                Ok(())
            } else {
                Err(ForGit)
            };
        }
        if link.file.is_some() && !self.examined.contains(&link.id) {
            return Err(ForGit);
        }
        if let Some(kind) = self.complete.get(&link.id) {
            return if *kind == link.kind { Ok(()) } else { Err(ForGit) };
        }
        match link.kind {
            Kind::Commit => self.reach(link.id),
            Kind::Blob | Kind::Tree => self.look_up(link.id, link.kind),
            // A tag of a tag that is here already: rare, and more than one step.
            Kind::Tag => Err(ForGit),
        }
    }

    /// Proves that a reference reaches this commit.
    fn reach(&mut self, commit: ObjectId) -> Result<(), ForGit> {
        if self.complete.contains_key(&commit) {
            return Ok(());
        }
        if self.kind(commit)? != Kind::Commit {
            return Err(ForGit);
        }
        if !self.near.contains(&commit) && !self.is_tip(commit)? && !self.is_behind(commit)? {
            return Err(ForGit);
        }
        self.complete.insert(commit, Kind::Commit);
        Ok(())
    }

    fn is_tip(&mut self, commit: ObjectId) -> Result<bool, ForGit> {
        if self.tips.is_none() {
            let platform = self.repo.references().map_err(|_| ForGit)?;
            let all = platform.all().map_err(|_| ForGit)?;
            let tips =
                all.filter_map(|reference| reference.ok()?.try_id().map(gix::Id::detach)).collect();
            self.tips = Some(tips);
        }
        Ok(self.tips.as_ref().is_some_and(|tips| tips.contains(&commit)))
    }

    /// Whether it is among the last commits behind the near references.
    fn is_behind(&mut self, commit: ObjectId) -> Result<bool, ForGit> {
        self.lookups = self.lookups.checked_sub(COMMITS).ok_or(ForGit)?;
        let newest_first = gix::revision::walk::Sorting::ByCommitTime(
            gix::traverse::commit::simple::CommitTimeOrder::NewestFirst,
        );
        let commits: Vec<ObjectId> = self
            .near
            .iter()
            .copied()
            .filter(|id| self.kind(*id).is_ok_and(|kind| kind == Kind::Commit))
            .collect();
        if commits.is_empty() {
            return Ok(false);
        }
        let walk = self.repo.rev_walk(commits).sorting(newest_first).all().map_err(|_| ForGit)?;
        for step in walk.take(COMMITS) {
            if step.map_err(|_| ForGit)?.id == commit {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Looks everything up that is below a file or tree of the repository.
    fn look_up(&mut self, id: ObjectId, kind: Kind) -> Result<(), ForGit> {
        let mut waiting = vec![(id, kind)];
        while let Some((id, kind)) = waiting.pop() {
            if self.complete.contains_key(&id) {
                continue;
            }
            self.lookups = self.lookups.checked_sub(1).ok_or(ForGit)?;
            if self.kind(id)? != kind {
                return Err(ForGit);
            }
            if kind == Kind::Tree {
                let tree = self.repo.find_object(id).map_err(|_| ForGit)?;
                for entry in entries(&tree.data, self.repo.object_hash())? {
                    if let Some(kind) = kind_of(entry.mode) {
                        waiting.push((entry.id, kind));
                    }
                }
            }
            // Right once the stack is empty; an error ends everything.
            self.complete.insert(id, kind);
        }
        Ok(())
    }

    /// Walks the tree of each new commit beside those of its parents, the oldest first, and notes
    /// what the old ones hold.
    fn compare_with_parents(&mut self, objects: &[Object]) -> Result<(), ForGit> {
        let index: HashMap<ObjectId, usize> = objects
            .iter()
            .enumerate()
            .filter(|(_, object)| object.kind == Kind::Commit)
            .map(|(index, object)| (object.id, index))
            .collect();
        let mut done = vec![false; objects.len()];
        for start in index.values() {
            let mut waiting = vec![(*start, false)];
            while let Some((at, parents_done)) = waiting.pop() {
                if done[at] {
                    continue;
                }
                let (tree, parents) = split(&self.links[at])?;
                let parents: Vec<ObjectId> = parents.collect();
                if !parents_done {
                    waiting.push((at, true));
                    let new = parents.iter().filter_map(|parent| index.get(parent));
                    waiting.extend(new.filter(|parent| !done[**parent]).map(|at| (*at, false)));
                    continue;
                }
                done[at] = true;
                for parent in parents {
                    let base = match index.get(&parent) {
                        Some(at) => split(&self.links[*at])?.0,
                        None => {
                            self.reach(parent)?;
                            let commit = self.repo.find_commit(parent).map_err(|_| ForGit)?;
                            let tree = commit.tree_id().map_err(|_| ForGit)?.detach();
                            self.complete.insert(tree, Kind::Tree);
                            tree
                        }
                    };
                    self.compare(tree, base)?;
                }
            }
        }
        Ok(())
    }

    fn compare(&mut self, new: ObjectId, base: ObjectId) -> Result<(), ForGit> {
        let mut waiting = vec![(new, base)];
        while let Some((new, base)) = waiting.pop() {
            let Some(new_object) = self.pack.get(&new).copied() else { continue };
            if new == base || new_object.kind != Kind::Tree {
                continue;
            }
            let loaded;
            let base_data = match self.pack.get(&base) {
                Some(object) if object.kind == Kind::Tree => &object.data,
                Some(_) => continue,
                None if self.complete.get(&base) == Some(&Kind::Tree) => {
                    self.lookups = self.lookups.checked_sub(1).ok_or(ForGit)?;
                    loaded = self.repo.find_object(base).map_err(|_| ForGit)?.detach().data;
                    &loaded
                }
                None => continue,
            };
            // Old trees may have entries that are not written any more; then nothing is learned.
            let hash = self.repo.object_hash();
            let Ok(base_entries) = entries(base_data, hash) else { continue };
            let is_old = !self.pack.contains_key(&base);
            let new_entries = entries(&new_object.data, hash)?;
            let trees: HashMap<&[u8], ObjectId> = new_entries
                .iter()
                .filter(|entry| entry.mode == Mode::Tree)
                .map(|entry| (entry.name, entry.id))
                .collect();
            for entry in base_entries {
                let Some(kind) = kind_of(entry.mode) else { continue };
                if is_old {
                    self.complete.insert(entry.id, kind);
                    if ReadByGit::named(entry.name).is_some() {
                        self.examined.insert(entry.id);
                    }
                }
                if kind == Kind::Tree
                    && let Some(new) = trees.get(entry.name)
                    && *new != entry.id
                {
                    waiting.push((*new, entry.id));
                }
            }
        }
        Ok(())
    }
}

fn kind_of(mode: Mode) -> Option<Kind> {
    match mode {
        Mode::Tree => Some(Kind::Tree),
        Mode::File | Mode::Symlink => Some(Kind::Blob),
        Mode::Submodule => None,
    }
}

/// Tree and parents of a commit.
fn split(links: &[Link]) -> Result<(ObjectId, impl Iterator<Item = ObjectId>), ForGit> {
    let (tree, parents) = links.split_first().ok_or(ForGit)?;
    Ok((tree.id, parents.iter().map(|parent| parent.id)))
}
