//! How histories relate to each other.

use std::{
    collections::{BinaryHeap, HashMap, HashSet},
    time::Duration,
};

use gix::bstr::ByteSlice;

use crate::{
    Cancel, Error, Oid, Repository, Result,
    commit::{AheadBehind, lossy},
    error::from_gix,
};

/// How many tips share one walk: a bit each, and one for the base.
const TIPS: usize = 127;
/// The clocks of those who commit are trusted to this many seconds.
const SKEW: i64 = 86_400;
/// How long git may look for references that hold a commit.
const PATIENCE: Duration = Duration::from_secs(60);

/// Which references are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefKind {
    /// Those below `refs/heads/`.
    Branch,
    /// Those below `refs/tags/`.
    Tag,
}

impl RefKind {
    /// `refs/heads/` or `refs/tags/`.
    pub fn prefix(self) -> &'static str {
        match self {
            RefKind::Branch => "refs/heads/",
            RefKind::Tag => "refs/tags/",
        }
    }
}

/// Where a commit stands in a walk: those that cannot be behind others come first.
type Place = (u32, i64);

/// Commits with the set of those tips that reach them.
struct Painting<'repo, 'cache> {
    graph: gix::revwalk::Graph<'repo, 'cache, ()>,
    reached: HashMap<gix::ObjectId, u128>,
    queue: BinaryHeap<(Place, gix::ObjectId)>,
    waiting: HashSet<gix::ObjectId>,
    /// How many of the queue are not reached by all tips.
    open: usize,
    everyone: u128,
}

impl Painting<'_, '_> {
    fn place(&mut self, id: gix::ObjectId) -> Result<Place> {
        let missing = |_| Error::not_found(format!("commit {id}"));
        let commit = self.graph.lookup(&id).map_err(missing)?;
        let (generation, seconds) = commit.generation_and_timestamp().map_err(from_gix)?;
        // A commit that the commit-graph does not know is younger than all that it knows; 0 stands
        // for a number that was not worked out.
        Ok((generation.filter(|number| *number > 0).unwrap_or(u32::MAX), seconds))
    }

    fn reach(&mut self, id: gix::ObjectId, by: u128) -> Result<()> {
        let before = self.reached.get(&id).copied().unwrap_or(0);
        let after = before | by;
        if before == after {
            return Ok(());
        }
        self.reached.insert(id, after);
        if self.waiting.insert(id) {
            let place = self.place(id)?;
            self.queue.push((place, id));
            self.open += usize::from(after != self.everyone);
        } else if before != self.everyone && after == self.everyone {
            self.open -= 1;
        }
        Ok(())
    }

    /// Walks until every commit that only some tips reach is known with all of them.
    fn run(&mut self, cancel: &Cancel) -> Result<()> {
        let mut lowest: Place = (u32::MAX, i64::MAX);
        let mut steps = 0_usize;
        while let Some((place, id)) = self.queue.pop() {
            // What all tips reach can only matter when a commit below it was taken for one that
            // some do not: with numbers from the commit-graph that is certain, else a matter of
            // the clocks.
            let (generation, seconds) = place;
            let below = (generation, seconds.saturating_add(SKEW)) < lowest;
            if self.open == 0 && below {
                return Ok(());
            }
            steps += 1;
            if steps.is_multiple_of(1024) {
                cancel.check()?;
            }
            self.waiting.remove(&id);
            let by = self.reached.get(&id).copied().unwrap_or(0);
            if by != self.everyone {
                self.open -= 1;
                lowest = lowest.min(place);
            }
            let parents: Vec<gix::ObjectId> = {
                let commit = self.graph.lookup(&id).map_err(from_gix)?;
                commit.iter_parents().collect::<std::result::Result<_, _>>().map_err(from_gix)?
            };
            for parent in parents {
                self.reach(parent, by)?;
            }
        }
        Ok(())
    }
}

impl Repository {
    /// How far each of `tips` is from `base`: `ahead` counts what only the tip has, `behind` what
    /// only the base has. One walk for up to 127 tips; it ends where their histories have joined.
    ///
    /// # Errors
    /// [`Error::NotFound`] when one is no commit here, [`Error::Cancelled`].
    pub fn ahead_behind_of(
        &self,
        base: Oid,
        tips: &[Oid],
        cancel: &Cancel,
    ) -> Result<Vec<AheadBehind>> {
        let mut all = Vec::with_capacity(tips.len());
        for tips in tips.chunks(TIPS) {
            all.extend(self.distances(base, tips, cancel)?);
        }
        Ok(all)
    }

    fn distances(&self, base: Oid, tips: &[Oid], cancel: &Cancel) -> Result<Vec<AheadBehind>> {
        let mut repo = self.local();
        repo.object_cache_size_if_unset(4 << 20);
        let cache = repo.commit_graph_if_enabled().map_err(from_gix)?;
        let of_base = 1_u128 << tips.len();
        let mut painting = Painting {
            graph: repo.revision_graph(cache.as_ref()),
            reached: HashMap::new(),
            queue: BinaryHeap::new(),
            waiting: HashSet::new(),
            open: 0,
            everyone: of_base | (of_base - 1),
        };
        // Tips that are the same commit are reached at once, so that nothing is walked for them.
        let mut start: HashMap<gix::ObjectId, u128> = HashMap::new();
        *start.entry(base.into()).or_default() |= of_base;
        for (index, tip) in tips.iter().enumerate() {
            *start.entry((*tip).into()).or_default() |= 1 << index;
        }
        for (id, by) in start {
            if id.kind() != repo.object_hash() {
                return Err(Error::not_found(format!("commit {id}")));
            }
            painting.reach(id, by)?;
        }
        painting.run(cancel)?;
        let mut patterns: HashMap<u128, usize> = HashMap::new();
        for by in painting.reached.values().filter(|by| **by != painting.everyone) {
            *patterns.entry(*by).or_default() += 1;
        }
        let count = |wanted: &dyn Fn(u128) -> bool| {
            patterns.iter().filter(|(by, _)| wanted(**by)).map(|(_, count)| count).sum()
        };
        Ok((0..tips.len())
            .map(|index| {
                let of_tip = 1_u128 << index;
                AheadBehind {
                    ahead: count(&|by| by & of_tip != 0 && by & of_base == 0),
                    behind: count(&|by| by & of_base != 0 && by & of_tip == 0),
                }
            })
            .collect())
    }

    /// The references of these kinds whose history holds `commit`, by full name, at most `limit`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is no commit here, [`Error::Process`], [`Error::Cancelled`],
    /// [`Error::Timeout`] when git looks for longer than a minute.
    pub fn refs_holding(
        &self,
        commit: Oid,
        kinds: &[RefKind],
        limit: usize,
        cancel: &Cancel,
    ) -> Result<Vec<String>> {
        self.commit(commit)?;
        if kinds.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let output = self
            .git("for-each-ref")
            .arg("--format=%(refname)")
            .arg(format!("--contains={commit}"))
            .arg(format!("--count={limit}"))
            .args(kinds.iter().map(|kind| kind.prefix()))
            .timeout(PATIENCE)
            .cancel(cancel)
            .output()?;
        Ok(output.lines().map(lossy).collect())
    }

    /// The tags of `branch`: those on a commit of its history, by name, at most `limit`.
    ///
    /// # Errors
    /// As [`Repository::refs_holding`].
    pub fn tags_within(&self, tip: Oid, limit: usize, cancel: &Cancel) -> Result<Vec<String>> {
        self.commit(tip)?;
        let output = self
            .git("for-each-ref")
            .arg("--format=%(refname:lstrip=2)")
            .arg(format!("--merged={tip}"))
            .arg(format!("--count={limit}"))
            .arg(RefKind::Tag.prefix())
            .timeout(PATIENCE)
            .cancel(cancel)
            .output()?;
        Ok(output.lines().map(lossy).collect())
    }
}
