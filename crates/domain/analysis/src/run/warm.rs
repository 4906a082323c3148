//! What the last scans left in memory, so that the next one of the same lane
//! costs what changed. Only a cache: a scan that finds nothing here, after a
//! restart or on another replica, says the same.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base::Timestamp;
use call::Env;
use scanner::Joiner;

use super::collect::Known;
use super::list::Listing;
use crate::plan::PlanId;
use crate::scan::ScanId;

/// What a scan leaves to the next one of its lane.
#[derive(Default)]
pub(crate) struct Lane {
    pub(crate) listing: Listing,
    /// The decoded reports of the last commit.
    pub(crate) known: Known,
    pub(crate) joiner: Joiner,
    pub(crate) last: Option<Last>,
}

/// What the comparison with a scan has to know of it.
#[derive(Clone)]
pub(crate) struct Last {
    pub(crate) scan: ScanId,
    /// Every file that was read, with its blob.
    pub(crate) blobs: Arc<HashMap<String, String>>,
    /// Files whose findings may change though they do not.
    pub(crate) doubtful: HashSet<String>,
    /// What was said of each file that has findings, in a number; `None` where
    /// that is not known any more. Files say things of each other.
    pub(crate) marks: Option<Arc<HashMap<String, u64>>>,
}

/// The lanes of this process, the one that was used last at the end.
struct Warm {
    lanes: Mutex<Vec<Kept>>,
    /// The most bytes that they may take together.
    most: AtomicUsize,
}

struct Kept {
    plan: PlanId,
    name: String,
    lane: Lane,
    bytes: usize,
    used: Timestamp,
}

/// Unless whoever runs the installation says otherwise.
const MOST: usize = 512 << 20;
/// What nobody has come back to for so long is forgotten.
const IDLE: Duration = Duration::from_secs(60 * 60);

impl Default for Warm {
    fn default() -> Self {
        Self { lanes: Mutex::default(), most: AtomicUsize::new(MOST) }
    }
}

/// Says how many bytes scans may remember together in this process.
pub fn remember_at_most(env: &Env, bytes: usize) {
    let warm = env.memory::<Warm>();
    warm.most.store(bytes, Ordering::Relaxed);
    warm.shrink(env.clock.now());
}

/// Takes what was kept of a lane. Scans of a plan follow one another, so that
/// nobody else asks for it meanwhile.
pub(crate) fn take(env: &Env, plan: PlanId, name: &str) -> Lane {
    let warm = env.memory::<Warm>();
    let mut lanes = warm.lanes.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(place) = lanes.iter().position(|kept| kept.plan == plan && kept.name == name) {
        return lanes.remove(place).lane;
    }
    // A branch begins with most of the files of the one that it came from.
    let first = lanes.iter().find(|kept| kept.plan == plan && kept.name.is_empty());
    let known = first.map_or_else(HashMap::new, |kept| kept.lane.known.clone());
    Lane { known, ..Lane::default() }
}

/// Keeps a lane for its next scan, if there is room.
pub(crate) fn keep(env: &Env, plan: PlanId, name: &str, lane: Lane) {
    let warm = env.memory::<Warm>();
    let bytes = lane.joiner.bytes() + lane.known.len() * 160 + lane.listing.bytes();
    let now = env.clock.now();
    let kept = Kept { plan, name: name.to_owned(), lane, bytes, used: now };
    let mut lanes = warm.lanes.lock().unwrap_or_else(PoisonError::into_inner);
    lanes.push(kept);
    drop(lanes);
    warm.shrink(now);
}

/// Forgets what was not used for an hour.
pub(crate) fn sweep(env: &Env) {
    env.memory::<Warm>().shrink(env.clock.now());
}

impl Warm {
    fn shrink(&self, now: Timestamp) {
        let most = self.most.load(Ordering::Relaxed);
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let mut left = lanes.iter().map(|kept| kept.bytes).sum::<usize>();
        let mut gone = Vec::new();
        while let Some(first) = lanes.first()
            && (left > most || first.used < now.before(IDLE))
        {
            left -= first.bytes;
            gone.push(lanes.remove(0));
        }
        // Freeing takes time that nobody should wait for.
        drop(lanes);
        drop(gone);
    }
}
