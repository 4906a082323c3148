//! What is said of each new commit: whose it is, its message, its files.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use base::{Error, Result};
use git::{ChangeKind, Commit, Incoming, Oid};

use super::{MAX_TOLD, Rules, shown, shown_commit};
use crate::rules::Pushing;
use crate::rules::quota::size;

/// The rules that new commits break.
#[derive(Debug, Default)]
pub(super) struct Broken {
    /// Of which commit, what is wrong, what to do.
    found: Vec<(Oid, String, &'static str)>,
    /// Whether every commit was looked at.
    pub(super) complete: bool,
}

impl Broken {
    /// Everything, as lines for the terminal.
    pub(super) fn all(&self) -> Option<Vec<String>> {
        lines(self.found.iter())
    }

    /// As [`Self::all`] for what a tip leads to.
    pub(super) fn reached_from(
        &self,
        tip: Oid,
        incoming: &Incoming,
    ) -> Result<Option<Vec<String>>> {
        if self.found.is_empty() {
            return Ok(None);
        }
        let wanted: HashMap<Oid, ()> = self.found.iter().map(|(id, ..)| (*id, ())).collect();
        let (mut reached, mut seen) = (HashSet::new(), HashSet::new());
        let mut queue: Vec<Oid> = incoming.commit_behind(tip).into_iter().collect();
        while let Some(id) = queue.pop() {
            if !incoming.contains(id) || !seen.insert(id) {
                continue;
            }
            if wanted.contains_key(&id) {
                reached.insert(id);
            }
            queue.extend(incoming.commit(id).map_err(Error::internal)?.parents);
        }
        Ok(lines(self.found.iter().filter(|(id, ..)| reached.contains(id))))
    }
}

fn lines<'a>(found: impl Iterator<Item = &'a (Oid, String, &'static str)>) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    let mut advice: Vec<&str> = Vec::new();
    for (_, what, todo) in found {
        if lines.is_empty() {
            lines.push(what.clone());
        }
        lines.push(format!("  {what}"));
        if !advice.contains(todo) {
            advice.push(todo);
        }
    }
    lines.extend(advice.into_iter().map(str::to_owned));
    (!lines.is_empty()).then_some(lines)
}

impl Rules {
    pub(super) fn judge_commits(&self, who: &Pushing, incoming: &Incoming) -> Result<Broken> {
        let mut broken = Broken { found: Vec::new(), complete: true };
        incoming.each(|commit| -> std::result::Result<_, Trouble> {
            self.judge_commit(who, commit, incoming, &mut broken.found)?;
            if broken.found.len() >= MAX_TOLD {
                broken.complete = false;
                return Ok(ControlFlow::Break(()));
            }
            Ok(ControlFlow::Continue(()))
        })?;
        broken.found.truncate(MAX_TOLD);
        Ok(broken)
    }

    fn judge_commit(
        &self,
        who: &Pushing,
        commit: &Commit,
        incoming: &Incoming,
        found: &mut Vec<(Oid, String, &'static str)>,
    ) -> Result<()> {
        let mut tell = |what: String, todo: &'static str| {
            found.push((commit.id, format!("{}: {what}", shown_commit(commit)), todo));
        };
        if self.push.check_author {
            for (part, mail) in
                [("author", &commit.author.mail), ("committer", &commit.committer.mail)]
            {
                if !who.mails.iter().any(|own| own.eq_ignore_ascii_case(mail)) {
                    tell(
                        format!("its {part} {} is not a mail address of yours", shown(mail, 80)),
                        "Set git config user.email to a verified address of your account and make \
                         the commits again (git rebase -i, git commit --amend --reset-author).",
                    );
                }
            }
        }
        if let Some(regex) = &self.message
            && !regex.is_match(commit.message.trim_end())
        {
            tell(
                format!("its message does not match {}", shown(regex.as_str(), 256)),
                "Change the messages (git rebase -i, git commit --amend) and push again.",
            );
        }
        if !self.looks_at_files() {
            return Ok(());
        }
        let mut total = 0_u64;
        let touched = match incoming.touched(commit) {
            Err(git::Error::TooLarge { limit, .. }) => {
                tell(
                    format!("it touches more than {limit} files, which cannot be checked"),
                    "Split the commit.",
                );
                return Ok(());
            }
            other => other.map_err(Error::internal)?,
        };
        for touched in touched {
            let path = || shown(&touched.path, 120);
            if let Some(pattern) = self.files.denies(who, &touched.path) {
                tell(
                    format!("the file push rule {pattern} denies you {}", path()),
                    "Take these files out of the commits (git rebase -i), or ask whom the rule \
                     lets push them.",
                );
            }
            if let Some(owner) = self.locks.other_owner(who, &touched.path) {
                tell(
                    format!("{} is locked by {}", path(), shown(owner, 80)),
                    "Ask who has locked a file to unlock it (git lfs unlock), or an administrator \
                     of the depot (git lfs unlock --force).",
                );
            }
            if touched.kind == ChangeKind::Deleted {
                continue;
            }
            if let Some(pattern) = self.denied.as_ref().and_then(|it| it.first(&touched.path)) {
                tell(
                    format!("the push settings deny files like {pattern}: {}", path()),
                    "Take these files out of the commits (git rebase -i) and push again.",
                );
            }
            let sized = self.push.file_bytes.is_some() || self.push.commit_bytes.is_some();
            if !sized || !touched.mode.is_blob() {
                continue;
            }
            let bytes = incoming.size(touched.oid).map_err(Error::internal)?;
            total = total.saturating_add(bytes);
            if let Some(limit) = self.push.file_bytes.filter(|limit| bytes > *limit) {
                tell(
                    format!("{} has {}; a file may have {}", path(), size(bytes), size(limit)),
                    LARGE,
                );
            }
        }
        if let Some(limit) = self.push.commit_bytes.filter(|limit| total > *limit) {
            tell(format!("its files have {}; they may have {}", size(total), size(limit)), LARGE);
        }
        Ok(())
    }
}

const LARGE: &str =
    "Take large files out of the commits, or keep them with Git LFS (git lfs migrate).";

/// Lets the engine's errors and ours leave the same loop.
struct Trouble(Error);

impl From<git::Error> for Trouble {
    fn from(error: git::Error) -> Self {
        Self(Error::internal(error))
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<Trouble> for Error {
    fn from(trouble: Trouble) -> Self {
        trouble.0
    }
}
