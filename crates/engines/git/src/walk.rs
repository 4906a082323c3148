//! Walking a history a page at a time. A walk that gets far leaves marks, from which the next one
//! goes on, so that a page deep in the history costs what it shows.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, HashMap, HashSet, VecDeque},
    sync::{Mutex, PoisonError},
};

use gix::ObjectId;

use crate::{Cancel, Error, Oid, Repository, Result, commit::check_commit, error::from_gix};

/// Commits between two marks.
const SPACING: usize = 256;
/// The marks of a repository name at most so many commits: 2 MB.
const KEPT: usize = 60_000;

/// Where a walk begins, and whether it follows first parents only.
type Way = (Oid, bool);

/// A place in a walk.
#[derive(Clone, Debug)]
struct Mark {
    /// What was reached and not passed yet, in the order in which it comes.
    tips: Vec<ObjectId>,
    /// The oldest commit time among those that were passed.
    low: i64,
}

/// The marks of a repository's walks, by how many commits were passed before them.
#[derive(Debug, Default)]
pub(crate) struct Marks(Mutex<Inside>);

#[derive(Debug, Default)]
struct Inside {
    ways: HashMap<Way, BTreeMap<usize, Mark>>,
    oldest_first: VecDeque<Way>,
}

impl Inside {
    fn named(&self) -> usize {
        self.ways.values().flat_map(BTreeMap::values).map(|mark| mark.tips.len()).sum()
    }
}

impl Marks {
    fn last_before(&self, way: Way, place: usize) -> Option<(usize, Mark)> {
        let inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (place, mark) = inside.ways.get(&way)?.range(..=place).next_back()?;
        Some((*place, mark.clone()))
    }

    fn add(&self, way: Way, marks: Vec<(usize, Mark)>) {
        if marks.is_empty() {
            return;
        }
        let mut inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !inside.ways.contains_key(&way) {
            inside.oldest_first.push_back(way);
        }
        inside.ways.entry(way).or_default().extend(marks);
        while inside.named() > KEPT {
            if inside.oldest_first.len() > 1 {
                let oldest = inside.oldest_first.pop_front();
                oldest.and_then(|oldest| inside.ways.remove(&oldest));
                continue;
            }
            // One long way with many threads of work: every other mark will do.
            let Some(marks) = inside.ways.get_mut(&way).filter(|marks| marks.len() > 1) else {
                return;
            };
            let mut keep = false;
            marks.retain(|_, _| {
                keep = !keep;
                keep
            });
        }
    }
}

/// The commits of a page, and how many were looked at for them.
type Page = (Vec<Oid>, usize);

/// A commit that waits for its turn: the youngest first, of those of the same second the one that
/// was reached first.
type Waiting = (i64, Reverse<usize>, ObjectId, Vec<ObjectId>);

struct Walk<'repo, 'cache> {
    graph: gix::revwalk::Graph<'repo, 'cache, ()>,
    seen: HashSet<ObjectId>,
    queue: BinaryHeap<Waiting>,
    first_parent: bool,
    low: i64,
}

impl Walk<'_, '_> {
    /// Puts a commit into the queue, unless it was there; its commit time.
    fn reach(&mut self, id: ObjectId) -> Result<Option<i64>> {
        if !self.seen.insert(id) {
            return Ok(None);
        }
        let missing = |_| Error::not_found(format!("commit {id}"));
        let commit = self.graph.lookup(&id).map_err(missing)?;
        let time = commit.committer_timestamp().map_err(from_gix)?;
        let most = if self.first_parent { 1 } else { usize::MAX };
        let parents = commit.iter_parents().take(most);
        let parents = parents.collect::<std::result::Result<_, _>>().map_err(from_gix)?;
        self.queue.push((time, Reverse(self.seen.len()), id, parents));
        Ok(Some(time))
    }

    fn mark(&self) -> Mark {
        let mut waiting: Vec<_> =
            self.queue.iter().map(|(time, order, id, _)| (*time, *order, *id)).collect();
        waiting.sort_unstable_by_key(|place| Reverse(*place));
        Mark { tips: waiting.into_iter().map(|(_, _, id)| id).collect(), low: self.low }
    }
}

impl Repository {
    /// The commits in the history of `from`, the youngest by commit time first and none before its
    /// first child: `limit` after the first `skip`.
    pub(crate) fn walk(
        &self,
        from: Oid,
        first_parent: bool,
        (skip, limit): (usize, usize),
        cancel: &Cancel,
    ) -> Result<Vec<Oid>> {
        self.walk_page((from, first_parent), (skip, limit), cancel).map(|(found, _)| found)
    }

    fn walk_page(&self, way: Way, wanted: (usize, usize), cancel: &Cancel) -> Result<Page> {
        if let Some((place, mark)) = self.marks.last_before(way, wanted.0)
            && let Some(page) = self.walk_on(way, wanted, place, Some(&mark), cancel)?
        {
            return Ok(page);
        }
        Ok(self.walk_on(way, wanted, 0, None, cancel)?.unwrap_or_default())
    }

    /// Walks from a place on. `None` where it is not certain to find the same as from the start: a
    /// commit is reached that is younger than one that was passed before the mark, and it may be
    /// one of these, as some clock was wrong.
    fn walk_on(
        &self,
        way: Way,
        (skip, limit): (usize, usize),
        mut place: usize,
        mark: Option<&Mark>,
        cancel: &Cancel,
    ) -> Result<Option<Page>> {
        let (from, first_parent) = way;
        let mut repo = self.local();
        repo.object_cache_size_if_unset(4 << 20);
        check_commit(&repo, from)?;
        let cache = repo.commit_graph_if_enabled().map_err(from_gix)?;
        let mut walk = Walk {
            graph: repo.revision_graph(cache.as_ref()),
            seen: HashSet::new(),
            queue: BinaryHeap::new(),
            first_parent,
            low: mark.map_or(i64::MAX, |mark| mark.low),
        };
        match mark {
            Some(mark) => {
                for tip in &mark.tips {
                    walk.reach(*tip)?;
                }
            }
            None => drop(walk.reach(from.into())?),
        }
        let (start, mut marks, mut found) = (place, Vec::new(), Vec::new());
        while found.len() < limit {
            if place.is_multiple_of(SPACING) && place > start {
                marks.push((place, walk.mark()));
                cancel.check()?;
            }
            let Some((time, _, id, parents)) = walk.queue.pop() else { break };
            walk.low = walk.low.min(time);
            for parent in parents {
                if let Some(time) = walk.reach(parent)?
                    && mark.is_some_and(|mark| time >= mark.low)
                {
                    return Ok(None);
                }
            }
            if place >= skip {
                found.push(id.into());
            }
            place += 1;
        }
        self.marks.add(way, marks);
        Ok(Some((found, walk.seen.len())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository with a history of so many commits: two threads of work that are merged now and
    /// then, with the clocks as `time` has them.
    fn history(path: &std::path::Path, count: i64, time: impl Fn(i64) -> i64) -> (Repository, Oid) {
        let repo = Repository::init(path, "main").unwrap();
        let local = repo.local();
        let tree = crate::ObjectFormat::Sha1.empty_tree();
        let mut threads: [Option<ObjectId>; 2] = [None, None];
        let mut last = None;
        for number in 0..count {
            let turn = usize::try_from(number % 2).unwrap();
            let mut parents: Vec<ObjectId> = threads[turn].into_iter().collect();
            if number % 7 == 0 || number == count - 1 {
                parents.extend(threads[1 - turn]);
            }
            let time = gix::date::Time::new(time(number), 0);
            let who = gix::actor::Signature { name: "A".into(), email: "a@b".into(), time };
            let commit = gix::objs::Commit {
                tree: tree.into(),
                parents: parents.into(),
                author: who.clone(),
                committer: who,
                encoding: None,
                message: number.to_string().into(),
                extra_headers: Vec::new(),
            };
            let id = local.write_object(&commit).unwrap().detach();
            threads[turn] = Some(id);
            last = Some(id);
        }
        (repo, last.unwrap().into())
    }

    #[test]
    fn a_deep_page_costs_what_it_shows() {
        let directory = tempfile::tempdir().unwrap();
        let (repo, tip) =
            history(&directory.path().join("a.git"), 2_000, |number| 1_700_000_000 + number * 60);
        let way = (tip, false);
        let none = Cancel::new();
        let (_, looked) = repo.walk_page(way, (0, 40), &none).unwrap();
        assert!(looked < 60, "{looked}");
        let (all, looked) = repo.walk_page(way, (0, 10_000), &none).unwrap();
        assert_eq!((all.len(), looked), (2_000, 2_000));
        for skip in [40, 1_000, 1_279, 1_280, 1_281, 1_990] {
            let (page, looked) = repo.walk_page(way, (skip, 40), &none).unwrap();
            assert_eq!(page, all[skip..(skip + 40).min(2_000)]);
            assert!(looked < SPACING + 60, "{skip}: {looked}");
        }
        assert_eq!(repo.walk_page(way, (2_000, 40), &none).unwrap().0, []);
    }

    #[test]
    fn wrong_clocks_do_not_change_what_is_found() {
        let directory = tempfile::tempdir().unwrap();
        let skewed = |number: i64| {
            1_700_000_000 + number * 60 - if number % 11 == 0 { number * 977 % 90_000 } else { 0 }
        };
        let same = |_| 1_700_000_000;
        let clocks: [(&str, &dyn Fn(i64) -> i64); 2] = [("skewed", &skewed), ("same", &same)];
        for (name, clock) in clocks {
            let (repo, tip) = history(&directory.path().join(name), 700, clock);
            for first_parent in [false, true] {
                let walk = |skip, limit| {
                    repo.walk(tip, first_parent, (skip, limit), &Cancel::new()).unwrap()
                };
                let all = walk(0, 10_000);
                let pages: Vec<Oid> = (0..40).flat_map(|page| walk(page * 40, 40)).collect();
                assert_eq!(pages, all, "{name}");
                assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len(), "{name}");
                assert!(first_parent || all.len() == 700, "{name}: {}", all.len());
            }
        }
    }

    #[test]
    fn marks_stay_few() {
        let marks = Marks::default();
        let zero = ObjectId::null(gix::hash::Kind::Sha1);
        let mark = || Mark { tips: vec![zero; 100], low: 0 };
        let way = |number: u8| (Oid::from_bytes([number; 20]), false);
        marks.add(way(1), (1..500).map(|place| (place * SPACING, mark())).collect());
        marks.add(way(2), (1..500).map(|place| (place * SPACING, mark())).collect());
        assert!(marks.last_before(way(1), usize::MAX).is_none());
        assert_eq!(marks.last_before(way(2), 1_000).unwrap().0, 768);
        marks.add(way(2), (500..1_500).map(|place| (place * SPACING, mark())).collect());
        let inside = marks.0.lock().unwrap();
        assert!((KEPT / 4..=KEPT).contains(&inside.named()), "{}", inside.named());
        assert!(inside.ways[&way(2)].last_key_value().unwrap().0 >= &(1_480 * SPACING));
    }
}
