//! Where the indexes lie, and what this process has open of them.

use std::path::PathBuf;

use call::Env;
use codesearch::{Cache, Index};
use depots::DepotId;
use tokio::sync::Semaphore;

/// So many searches run at a time; others wait.
const AT_A_TIME: usize = 4;

/// What the searches of this process share.
pub(crate) struct Shared {
    pub(crate) cache: Cache,
    pub(crate) turns: Semaphore,
}

impl Default for Shared {
    fn default() -> Self {
        Self { cache: Cache::default(), turns: Semaphore::new(AT_A_TIME) }
    }
}

/// The directory that holds all indexes.
pub(crate) fn root(env: &Env) -> PathBuf {
    env.data_dir.join("search")
}

/// The index of a depot: two levels of 256, as for the repositories.
pub(crate) fn index(env: &Env, depot: DepotId) -> Index {
    let id = depot.0;
    Index::at(
        root(env)
            .join(format!("{:02x}", id & 0xff))
            .join(format!("{:02x}", (id >> 8) & 0xff))
            .join(id.to_string()),
    )
}

/// The depots for which a directory is there.
pub(crate) fn on_disk(root: &std::path::Path) -> std::io::Result<Vec<DepotId>> {
    let mut found = Vec::new();
    let Ok(first) = std::fs::read_dir(root) else { return Ok(found) };
    for first in first {
        for second in std::fs::read_dir(first?.path())? {
            for entry in std::fs::read_dir(second?.path())? {
                let name = entry?.file_name();
                if let Some(id) = name.to_str().and_then(|name| name.parse().ok()) {
                    found.push(DepotId(id));
                }
            }
        }
    }
    Ok(found)
}
