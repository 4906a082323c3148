//! What a server and everything it starts cost, read from `/proc`.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
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

/// Memory of the families, what is shared counted once, in kilobytes.
fn proportional_kb(roots: &[u32]) -> f64 {
    let pids = roots.iter().flat_map(|root| family(*root).into_keys());
    let sizes = pids.filter_map(|pid| {
        let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
        kilobytes(&text, "Pss:")
    });
    sizes.sum()
}

fn kilobytes(text: &str, key: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Watches the families' memory, every 20 ms, until it is asked for the peak.
pub(super) struct PeakMemory {
    before: f64,
    stop: Arc<AtomicBool>,
    peak: Arc<AtomicU64>,
    thread: JoinHandle<()>,
}

impl PeakMemory {
    pub(super) fn watch(roots: &[u32]) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let peak = Arc::new(AtomicU64::new(0));
        let before = proportional_kb(roots);
        let roots = roots.to_vec();
        let (stopped, highest) = (stop.clone(), peak.clone());
        let thread = std::thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a size in kilobytes"
                )]
                highest.fetch_max(proportional_kb(&roots) as u64, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        Self { before, stop, peak, thread }
    }

    /// The highest sum seen, and by how much that is more than the first one,
    /// in megabytes (10^6 bytes).
    pub(super) fn megabytes(self) -> (f64, f64) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.thread.join();
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let kilobytes = self.peak.load(Ordering::Relaxed) as f64;
        let megabytes = |kilobytes: f64| kilobytes * 1.024 / 1000.0;
        (megabytes(kilobytes), megabytes((kilobytes - self.before).max(0.0)))
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
        assert!(growth <= peak);
    }
}
