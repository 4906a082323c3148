//! Rules of a team's own, read from files.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use anyhow::{Context as _, Result, anyhow, bail};
use scanner::OwnRule;

/// The rules in a file, or in the YAML files of a directory and those below it: one
/// of each file.
///
/// # Errors
/// There is none, or one is wrong; the error names the file.
pub(super) fn read(path: &Path) -> Result<Vec<Arc<OwnRule>>> {
    let mut files = Vec::new();
    list(path, &mut files).with_context(|| path.display().to_string())?;
    if files.is_empty() {
        bail!("there are no rules in {}", path.display());
    }
    files.sort();
    let rule = |file: &PathBuf| {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let rule = OwnRule::parse(&text);
        Ok(Arc::new(rule.map_err(|fault| anyhow!("{}: {fault}", file.display()))?))
    };
    files.iter().map(rule).collect()
}

fn list(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let path = entry.path();
        // A link may lead back to where it stands.
        if entry.file_type()?.is_dir() {
            list(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml") {
            files.push(path);
        }
    }
    Ok(())
}
