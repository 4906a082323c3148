//! What objects a pack has, and what they refer to.

use std::{
    collections::{HashMap, hash_map},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use gix::{ObjectId, hash::Kind as HashKind, objs::Kind};

use super::{
    super::{
        contents::ReadByGit,
        fsck::{self, Link},
        pack::ForGit,
    },
    OBJECTS_LIMIT,
};

/// So many threads can note something at a time without waiting for each other.
const SHARDS: usize = 64;

/// How many objects may be noted. Names that nobody has cost a sender little.
const LIMIT: u32 = 2 * OBJECTS_LIMIT;

/// All objects that a pack has or refers to. Threads share it.
#[derive(Debug)]
pub(super) struct Graph {
    hash: HashKind,
    /// How many there are.
    nodes: AtomicU32,
    shards: Vec<Mutex<HashMap<ObjectId, Node>>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Node {
    /// What it is, if the pack has it.
    here: Option<Kind>,
    /// What it has to be, if something refers to it.
    wanted: Option<Kind>,
    file: Option<ReadByGit>,
}

impl Graph {
    pub(super) fn new(hash: HashKind) -> Graph {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Graph { hash, nodes: AtomicU32::new(0), shards }
    }

    fn shard(&self, id: ObjectId) -> MutexGuard<'_, HashMap<ObjectId, Node>> {
        let last = id.as_slice().last().copied().unwrap_or_default();
        let shard = &self.shards[usize::from(last) % SHARDS];
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The node of an object, which is made if need be.
    fn node<'s>(
        &self,
        shard: &'s mut HashMap<ObjectId, Node>,
        id: ObjectId,
    ) -> Result<&'s mut Node, ForGit> {
        let node = shard.entry(id);
        if let hash_map::Entry::Vacant(_) = node
            && self.nodes.fetch_add(1, Ordering::Relaxed) >= LIMIT
        {
            return Err(ForGit);
        }
        Ok(node.or_default())
    }

    /// Checks an object of the pack and notes it, with what it refers to. The content of files is
    /// not looked at.
    pub(super) fn admit(&self, id: ObjectId, kind: Kind, data: &[u8]) -> Result<(), ForGit> {
        {
            let mut shard = self.shard(id);
            let node = self.node(&mut shard, id)?;
            // The same object twice is for git.
            if node.here.replace(kind).is_some() || node.wanted.is_some_and(|it| it != kind) {
                return Err(ForGit);
            }
        }
        for link in fsck::check(kind, data, self.hash)? {
            self.refer(link)?;
        }
        Ok(())
    }

    fn refer(&self, link: Link) -> Result<(), ForGit> {
        let mut shard = self.shard(link.id);
        let node = self.node(&mut shard, link.id)?;
        let fits = |kind: Option<Kind>| kind.is_none_or(|kind| kind == link.kind);
        if !fits(node.here) || !fits(node.wanted) {
            return Err(ForGit);
        }
        node.wanted = Some(link.kind);
        match (node.file, link.file) {
            // The same content under both names.
            (Some(one), Some(other)) if one != other => return Err(ForGit),
            (None, some) => node.file = some,
            _ => {}
        }
        Ok(())
    }

    /// Whether the pack has it.
    pub(super) fn holds(&self, id: ObjectId) -> bool {
        self.shard(id).get(&id).is_some_and(|node| node.here.is_some())
    }

    /// What objects of the pack refer to that it does not have.
    pub(super) fn outside(&self) -> Vec<(ObjectId, Kind)> {
        let mut outside = Vec::new();
        for shard in &self.shards {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            for (id, node) in shard.iter() {
                if let (None, Some(kind)) = (node.here, node.wanted) {
                    outside.push((*id, kind));
                }
            }
        }
        outside
    }

    /// The files among them whose content git reads.
    pub(super) fn read_by_git(&self) -> Vec<(ObjectId, ReadByGit)> {
        let mut files = Vec::new();
        for shard in &self.shards {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            files.extend(shard.iter().filter_map(|(id, node)| Some((*id, node.file?))));
        }
        files
    }
}
