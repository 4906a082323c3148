//! Working out the objects of a pack that are deltas, on all processors.
//!
//! The deltas make trees, with whole objects as their roots. Of what an object is made of, only what
//! is still to be used is held: where several deltas lean on one object, the largest tree of them
//! comes last, so that on the way down the base can be let go. Thus what is held at a time are at
//! most as many objects as the logarithm of the number of deltas, for each thread.

use std::{
    cell::RefCell,
    fs::File,
    os::unix::fs::FileExt,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use gix::{objs::Kind, zlib::Inflate};
use rayon::{Scope, ThreadPool, ThreadPoolBuilder};

use super::{
    super::pack::{ForGit, apply_delta, delta_header},
    FILE_LIMIT, Pack, Stop, Watch,
    intake::Origin,
    limit,
};
use crate::Error;

/// What may be held at a time for one pack, in bytes.
const HELD_LIMIT: u64 = 256 << 20;

/// How much memory a thread keeps for the next entry, in bytes.
const SPARE_LIMIT: usize = 1 << 20;

/// Shared by all pushes.
static POOL: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    ThreadPoolBuilder::new().thread_name(|number| format!("index-pack-{number}")).build().ok()
});

thread_local! {
    /// What a thread uses for one entry after the other.
    static TOOLS: RefCell<(Inflate, Vec<u8>)> = RefCell::default();
}

/// Finds the objects of one pack.
pub(super) struct Resolver<'a> {
    file: &'a File,
    pack: &'a Pack,
    /// For each entry the place of its first child below, and where the last one ends.
    first: Vec<u32>,
    /// The deltas by what they lean on, those with the largest trees last.
    children: Vec<u32>,
    held: AtomicU64,
    failed: AtomicBool,
    watch: &'a Watch,
}

/// An object that others lean on.
struct Held<'r> {
    kind: Kind,
    data: Vec<u8>,
    held: &'r AtomicU64,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.held.fetch_sub(self.data.len() as u64, Ordering::Relaxed);
    }
}

impl<'a> Resolver<'a> {
    /// For a pack in `file` of which `sent` entries came; behind them are what others lean on.
    pub(super) fn new(
        file: &'a File,
        pack: &'a Pack,
        sent: usize,
        watch: &'a Watch,
    ) -> Result<Resolver<'a>, ForGit> {
        let base = |origin: Origin| match origin {
            Origin::Whole(_) => None,
            Origin::Delta(base) => Some(base as usize),
            Origin::Outside(at) => Some(sent + at as usize),
        };
        let entries = &pack.entries;
        let mut first = vec![0_u32; entries.len() + 1];
        let mut weight = vec![1_u32; entries.len()];
        let mut deltas = 0_u32;
        for (at, entry) in entries.iter().enumerate().rev() {
            if let Some(base) = base(entry.origin) {
                *first.get_mut(base + 1).ok_or(ForGit)? += 1;
                weight[base] += weight[at];
                deltas += 1;
            }
        }
        for at in 1..first.len() {
            first[at] += first[at - 1];
        }
        let mut next = first.clone();
        let mut children = vec![0; deltas as usize];
        for (at, entry) in entries.iter().enumerate() {
            if let Some(base) = base(entry.origin) {
                children[next[base] as usize] = u32::try_from(at).map_err(|_| ForGit)?;
                next[base] += 1;
            }
        }
        for at in 0..entries.len() {
            children[first[at] as usize..first[at + 1] as usize]
                .sort_unstable_by_key(|child| weight[*child as usize]);
        }
        watch.deltas.store(deltas, Ordering::Relaxed);
        Ok(Resolver {
            file,
            pack,
            first,
            children,
            held: AtomicU64::new(0),
            failed: AtomicBool::new(false),
            watch,
        })
    }

    /// Does all of it.
    pub(super) fn run(&self) -> Result<(), Stop> {
        let pool = POOL.as_ref().ok_or(ForGit)?;
        pool.scope(|scope| {
            for (at, entry) in self.pack.entries.iter().enumerate() {
                if let Origin::Whole(kind) = entry.origin
                    && !self.children(at).is_empty()
                {
                    scope.spawn(move |scope| self.note(&self.root(scope, at, kind)));
                }
            }
        });
        if self.watch.cancelled.load(Ordering::Relaxed) {
            return Err(Error::Cancelled.into());
        }
        if self.failed.load(Ordering::Relaxed) { Err(Stop::ForGit) } else { Ok(()) }
    }

    fn children(&self, at: usize) -> &[u32] {
        &self.children[self.first[at] as usize..self.first[at + 1] as usize]
    }

    fn note(&self, outcome: &Result<(), ForGit>) {
        if outcome.is_err() {
            self.failed.store(true, Ordering::Relaxed);
        }
    }

    fn root<'s>(&'s self, scope: &Scope<'s>, at: usize, kind: Kind) -> Result<(), ForGit> {
        self.go_on()?;
        let root = self.hold(kind, self.inflate(at)?)?;
        self.below(scope, at, Arc::new(root))
    }

    /// Everything that leans on `base`, the object of the entry at `at`.
    fn below<'s>(
        &'s self,
        scope: &Scope<'s>,
        at: usize,
        base: Arc<Held<'s>>,
    ) -> Result<(), ForGit> {
        let Some((largest, others)) = self.children(at).split_last() else { return Ok(()) };
        if others.is_empty() {
            return self.chain(scope, *largest as usize, base);
        }
        // Whoever has nothing to do takes it; else it is this thread's turn when the others are
        // done.
        let (later, there) = (Arc::clone(&base), *largest as usize);
        scope.spawn(move |scope| self.note(&self.chain(scope, there, later)));
        for child in others {
            self.chain(scope, *child as usize, Arc::clone(&base))?;
        }
        Ok(())
    }

    /// The delta at `at` and, as long as one leans on the other, those that follow it.
    fn chain<'s>(
        &'s self,
        scope: &Scope<'s>,
        mut at: usize,
        mut base: Arc<Held<'s>>,
    ) -> Result<(), ForGit> {
        loop {
            self.go_on()?;
            let delta = self.inflate(at)?;
            let (size, delta) = delta_header(&base.data, &delta)?;
            if size as u64 > limit(base.kind) {
                return Err(ForGit);
            }
            let data = apply_delta(&base.data, delta, size)?;
            let kind = base.kind;
            drop(base);
            let id = gix::objs::compute_hash(self.pack.hash, kind, &data).map_err(|_| ForGit)?;
            self.pack.ids[at].set(id).map_err(|_| ForGit)?;
            self.pack.graph.admit(id, kind, &data)?;
            self.watch.resolved.fetch_add(1, Ordering::Relaxed);
            match self.children(at) {
                [] => return Ok(()),
                [only] => {
                    base = Arc::new(self.hold(kind, data)?);
                    at = *only as usize;
                }
                _ => {
                    let base = Arc::new(self.hold(kind, data)?);
                    return self.below(scope, at, base);
                }
            }
        }
    }

    fn go_on(&self) -> Result<(), ForGit> {
        let stop =
            self.watch.cancelled.load(Ordering::Relaxed) || self.failed.load(Ordering::Relaxed);
        if stop { Err(ForGit) } else { Ok(()) }
    }

    fn hold(&self, kind: Kind, data: Vec<u8>) -> Result<Held<'_>, ForGit> {
        let size = data.len() as u64;
        let before = self.held.fetch_add(size, Ordering::Relaxed);
        let held = Held { kind, data, held: &self.held };
        if before + size > HELD_LIMIT { Err(ForGit) } else { Ok(held) }
    }

    /// The data of an entry, read from the file.
    fn inflate(&self, at: usize) -> Result<Vec<u8>, ForGit> {
        let entries = &self.pack.entries;
        let entry = &entries[at];
        if entry.size > FILE_LIMIT {
            return Err(ForGit);
        }
        let start = entry.start + u64::from(entry.head);
        let end = entries.get(at + 1).map_or(self.pack.end, |next| next.start);
        let length = usize::try_from(end - start).map_err(|_| ForGit)?;
        TOOLS.with_borrow_mut(|(inflate, spare)| {
            if spare.len() < length {
                spare.resize(length, 0);
            }
            let input = &mut spare[..length];
            self.file.read_exact_at(input, start).map_err(|_| ForGit)?;
            let size = usize::try_from(entry.size).map_err(|_| ForGit)?;
            let mut data = vec![0; size];
            inflate.reset();
            let (_, _, written) = inflate.once(input, &mut data).map_err(|_| ForGit)?;
            if spare.capacity() > SPARE_LIMIT {
                *spare = Vec::new();
            }
            if written == size { Ok(data) } else { Err(ForGit) }
        })
    }
}
