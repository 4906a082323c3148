//! Questions that making and removing branches asks.

use gix::bstr::{BStr, ByteSlice as _};

use crate::{Branch, Oid, Repository, Result, commit::lossy, error::from_gix};

impl Repository {
    /// The branches, at most `limit`, by name, whose commits are all in the history of `into`.
    /// One process, whose cost follows the history, less where there is a commit-graph.
    ///
    /// # Errors
    /// [`Error::Process`](crate::Error::Process), [`Error::Timeout`](crate::Error::Timeout).
    pub fn merged_branches(&self, into: Oid, limit: usize) -> Result<Vec<Branch>> {
        let output = self
            .git("for-each-ref")
            .arg(format!("--merged={into}"))
            .arg(format!("--count={limit}"))
            .arg("--format=%(objectname) %(refname)")
            .arg("refs/heads/")
            .output()?;
        output
            .lines()
            .filter_map(|line| line.split_once_str(" refs/heads/"))
            .map(|(hex, name)| Ok(Branch { name: lossy(name), commit: Oid::from_hex(hex)? }))
            .collect()
    }

    /// A branch because of which none of this name can be: `a` and `a/b` exclude each other.
    ///
    /// # Errors
    /// [`Error::Repository`](crate::Error::Repository).
    pub fn branch_in_the_way(&self, name: &str) -> Result<Option<String>> {
        for (end, _) in name.match_indices('/') {
            let above = &name[..end];
            if self.reference(&format!("refs/heads/{above}"))?.is_some() {
                return Ok(Some(above.to_owned()));
            }
        }
        let below = format!("refs/heads/{name}/");
        if !crate::is_branch_name(name) {
            return Ok(None);
        }
        let repo = self.local();
        let platform = repo.references().map_err(from_gix)?;
        let prefix: &BStr = below.as_str().into();
        let mut found =
            platform.prefixed(prefix).map_err(from_gix)?.filter_map(std::result::Result::ok);
        Ok(found.next().map(|reference| lossy(reference.name().shorten())))
    }
}
