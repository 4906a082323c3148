//! Scans: starting, stopping, reading.

mod read;
mod start;
mod stop;

pub(crate) use read::of_row;
pub use read::{
    LogPart, ScanFilter, TrendPoint, latest_results, latest_scans, log, scan, scan_by_id, scans,
    trend,
};
pub(crate) use start::{ScanJob, enqueue, moved_or_started};
pub use start::{StartOptions, start};
pub use stop::cancel;
pub(crate) use stop::{cancel_all_in, release};
