//! What a server and everything it starts cost, read from `/proc`.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result};

/// The kernel counts processor time for `/proc` in hundredths of a second on
/// every Linux that we run on.
const TICKS_PER_SECOND: f64 = 100.0;

/// A process as `/proc/PID/stat` has it.
struct Stat {
    parent: u32,
    /// Own processor time and that of children already waited for, in ticks.
    ticks: u64,
}

fn stat(text: &str) -> Option<Stat> {
    // The name in brackets may hold anything, so read from behind it.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    let ticks = number(11)? + number(12)? + number(13)? + number(14)?;
    Some(Stat { parent: number(1)?.try_into().ok()?, ticks })
}

fn all() -> BTreeMap<u32, Stat> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let processes = entries.filter_map(|entry| {
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        let text = fs::read_to_string(entry.path().join("stat")).ok()?;
        Some((pid, stat(&text)?))
    });
    processes.collect()
}

/// The process and its living descendants.
fn family(root: u32) -> BTreeMap<u32, Stat> {
    let mut rest = all();
    let mut found = BTreeMap::new();
    let mut next = vec![root];
    while let Some(pid) = next.pop() {
        next.extend(rest.iter().filter(|(_, stat)| stat.parent == pid).map(|(pid, _)| *pid));
        if let Some(stat) = rest.remove(&pid) {
            found.insert(pid, stat);
        }
    }
    found
}

/// Processor seconds that the families have used since they were started:
/// living processes and those that have been waited for.
pub(super) fn cpu_seconds(roots: &[u32]) -> f64 {
    let ticks = roots.iter().flat_map(|root| family(*root).into_values()).map(|stat| stat.ticks);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let ticks = ticks.sum::<u64>() as f64;
    ticks / TICKS_PER_SECOND
}

/// Resident memory of one process in megabytes (10^6 bytes).
///
/// # Errors
/// There is no such process.
pub(super) fn resident_mb(pid: u32) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).context("no such process")?;
    Ok(kilobytes(&text, "VmRSS:").context("no VmRSS")? * 1.024 / 1000.0)
}

/// Memory of processes, what is shared counted once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Memory {
    /// All of it.
    pub(super) all: f64,
    /// What only they have: heaps and stacks. The rest are pages of files that are
    /// mapped, which the kernel takes back when somebody needs the room.
    pub(super) anonymous: f64,
}

/// Memory of the families, in kilobytes.
fn proportional_kb(roots: &[u32]) -> Memory {
    let pids = roots.iter().flat_map(|root| family(*root).into_keys());
    let mut sum = Memory::default();
    for pid in pids {
        let Ok(text) = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")) else { continue };
        sum.all += kilobytes(&text, "Pss:").unwrap_or(0.0);
        sum.anonymous += kilobytes(&text, "Pss_Anon:").unwrap_or(0.0);
    }
    sum
}

fn kilobytes(text: &str, key: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Watches the families' memory, every 20 ms, until it is asked for the peak.
pub(super) struct PeakMemory {
    before: Memory,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Memory>,
}

impl PeakMemory {
    pub(super) fn watch(roots: &[u32]) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let before = proportional_kb(roots);
        let (roots, stopped) = (roots.to_vec(), stop.clone());
        let thread = std::thread::spawn(move || {
            let mut peak = before;
            while !stopped.load(Ordering::Relaxed) {
                let now = proportional_kb(&roots);
                peak.all = peak.all.max(now.all);
                peak.anonymous = peak.anonymous.max(now.anonymous);
                std::thread::sleep(Duration::from_millis(20));
            }
            peak
        });
        Self { before, stop, thread }
    }

    /// The highest sums seen, and by how much they are more than the first ones, in
    /// megabytes (10^6 bytes).
    pub(super) fn megabytes(self) -> (Memory, Memory) {
        self.stop.store(true, Ordering::Relaxed);
        let peak = self.thread.join().unwrap_or_default();
        let megabytes = |kilobytes: f64| kilobytes.max(0.0) * 1.024 / 1000.0;
        let pair = |all, anonymous| Memory { all: megabytes(all), anonymous: megabytes(anonymous) };
        let grown = (peak.all - self.before.all, peak.anonymous - self.before.anonymous);
        (pair(peak.all, peak.anonymous), pair(grown.0, grown.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stat_line() {
        let line = "7 (a (b) c) S 5 7 7 0 -1 4194304 100 0 0 0 11 12 13 14 20 0 1 0 5 0 0";
        let stat = stat(line).expect("a good line");
        assert_eq!((stat.parent, stat.ticks), (5, 50));
    }

    #[test]
    fn our_own_family() {
        let own = std::process::id();
        assert!(family(own).contains_key(&own));
        assert!(resident_mb(own).expect("we live") > 0.1);
        let (peak, growth) = PeakMemory::watch(&[own]).megabytes();
        assert!(growth.all <= peak.all && peak.anonymous <= peak.all);
        assert!(peak.anonymous > 0.1);
    }
}
