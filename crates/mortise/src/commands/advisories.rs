//! Advisories, imported by whoever may read the data directory.

use std::path::Path;

use anyhow::Result;
use call::Call;

use crate::config::Config;
use crate::{installation, output};

/// Imports advisories and says how many.
///
/// # Errors
/// When the path cannot be read or holds too much.
pub(crate) async fn import(config: &Config, path: &Path) -> Result<()> {
    let env = installation::open_existing(config).await?;
    let source = path.display().to_string();
    let done = analysis::import_advisories(&Call::system(env), path, &source).await?;
    output::say(&format!("{} advisories, {} of them new or changed", done.seen, done.changed));
    if done.unreadable > 0 {
        output::complain(&format!("{} files are no advisories:", done.unreadable));
        for (name, why) in &done.examples {
            output::complain(&format!("  {name}: {why}"));
        }
    }
    Ok(())
}
