//! The judgement of a push.

mod commits;
mod directions;
mod files;
mod locks;
mod refs;
mod reports;

use base::{Error, Result};
use call::Call;
use git::{Oid, Repository};
use regex::Regex;

use super::branches::{self, BranchRule};
use super::pattern::{NamePattern, PathPatterns};
use super::pushes::{self, PushSettings};
use super::refs as ref_rules;
use super::specs::{self, Spec};
use super::{Pushing, Refused, files as file_rules, merging, quota, store};
use crate::push::RefChange;
use crate::tables::rules::branch_rule_members;
use crate::{Depot, lfs};

use files::FileRules;
use locks::Locks;
use reports::Reported;

/// More commits than this in one push are not judged but refused.
const MAX_COMMITS: usize = 100_000;

/// So many broken rules are told of; the rest of the push is not looked at.
const MAX_TOLD: usize = 10;

/// The rules of one depot.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    default_branch: String,
    branches: Vec<BranchRule>,
    members: Vec<branch_rule_members::Model>,
    tags: Vec<NamePattern>,
    read_only: Vec<String>,
    push: PushSettings,
    message: Option<Regex>,
    denied: Option<PathPatterns>,
    files: FileRules,
    locks: Locks,
    spec: Option<Spec>,
    force_squash: bool,
    quota: Option<u64>,
    beside: u64,
}

impl Rules {
    /// Reads the rules of a depot: two queries where it has none.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn load(call: &Call, depot: &Depot) -> Result<Self> {
        let connection = call.db.reader();
        // They may be older than the row that every other rule has made.
        let locks = Locks::new(lfs::all_locks(connection, depot.id).await?);
        let Some(settings) = store::find(connection, depot.id).await? else {
            return Ok(Self { locks, ..Self::default() });
        };
        let branches = branches::list_on(connection, depot).await?;
        let members = if branches.is_empty() {
            Vec::new()
        } else {
            branches::members_on(connection, depot).await?
        };
        let (mut tags, mut read_only) = (Vec::new(), Vec::new());
        for row in ref_rules::rows_on(connection, depot).await? {
            match &*row.kind {
                ref_rules::TAG => tags.push(NamePattern::stored(row.pattern)),
                _ => read_only.push(row.pattern),
            }
        }
        let push = PushSettings::from(&settings);
        let denied = PathPatterns::parse("denied_files", settings.denied_files.lines())?;
        let quota = settings.quota_bytes.and_then(|bytes| u64::try_from(bytes).ok());
        Ok(Self {
            default_branch: depot.default_branch.clone(),
            branches,
            members,
            tags,
            read_only,
            message: pushes::expression("message_regex", &push.message_regex)?,
            push,
            denied: (!denied.is_empty()).then_some(denied),
            files: FileRules::new(file_rules::rows_on(connection, depot).await?)?,
            locks,
            spec: specs::followed(connection, &settings).await?,
            force_squash: settings.squash == merging::Squash::Force.as_str(),
            quota,
            beside: if quota.is_some() { quota::beside(connection, depot.id).await? } else { 0 },
        })
    }

    /// Whether nothing can be refused; then [`Self::judge`] need not be called
    /// and nobody need be asked who pushes.
    pub(crate) fn is_empty(&self) -> bool {
        self.branches.is_empty()
            && self.tags.is_empty()
            && self.read_only.is_empty()
            && !self.push.deny_force_push
            && self.spec.is_none()
            && self.quota.is_none()
            && !self.looks_at_commits()
    }

    fn looks_at_commits(&self) -> bool {
        self.push.check_author
            || self.message.is_some()
            || self.looks_at_files()
            || self.spec.as_ref().is_some_and(|spec| !spec.directions.is_empty())
    }

    fn looks_at_files(&self) -> bool {
        self.push.commit_bytes.is_some()
            || self.push.file_bytes.is_some()
            || self.denied.is_some()
            || !self.files.is_empty()
            || !self.locks.is_empty()
    }

    /// Says which of `changes` are refused, and why. Blocks. `repository` sees
    /// the objects of the push; its refs are still as they were. `reported` is
    /// what was reported of the commits that [`Self::asks_about`] names.
    ///
    /// Looks only at commits that no ref led to before, one after the other. A
    /// push of more than 100,000 of them is refused where there are rules for
    /// commits. The installation itself is subject to no rule.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub(crate) fn judge(
        &self,
        who: &Pushing,
        reported: &Reported,
        changes: &[RefChange],
        repository: &Repository,
    ) -> Result<Vec<Refused>> {
        if who.is_installation() || self.is_empty() {
            return Ok(Vec::new());
        }
        let mut refused = Vec::new();
        // Those that bring something, as far as they are not refused yet.
        let mut bringing = Vec::new();
        for change in changes {
            if let Some(verdict) = self.judge_ref(who, reported, change, repository)? {
                refused.push(verdict);
            } else if !change.is_deletion() {
                bringing.push(change);
            }
        }
        if let Some(lines) = self.judge_size(repository, !bringing.is_empty())? {
            refused.extend(bringing.drain(..).map(|change| Refused::new(change, lines.clone())));
        }
        if self.looks_at_commits() && !bringing.is_empty() {
            self.judge_content(who, &bringing, repository, &mut refused)?;
        }
        Ok(refused)
    }

    fn judge_size(&self, repository: &Repository, brings: bool) -> Result<Option<Vec<String>>> {
        let Some(quota) = self.quota.filter(|_| brings) else { return Ok(None) };
        let size = repository.size_on_disk().map_err(Error::internal)?;
        let usage = quota::Usage { repository: size, beside: self.beside, quota: Some(quota) };
        Ok(match usage.check(0) {
            Ok(()) => None,
            Err(error) => Some(vec![
                format!("quota exceeded: {error}"),
                "Remove large files from what you push, or ask an administrator of the depot for \
                 a larger quota."
                    .to_owned(),
            ]),
        })
    }

    fn judge_content(
        &self,
        who: &Pushing,
        bringing: &[&RefChange],
        repository: &Repository,
        refused: &mut Vec<Refused>,
    ) -> Result<()> {
        let mut tips = Vec::with_capacity(bringing.len());
        for change in bringing {
            tips.push(Oid::from_hex(&change.new).map_err(Error::internal)?);
        }
        let incoming = match repository.incoming(&tips, MAX_COMMITS) {
            Ok(incoming) => incoming,
            Err(git::Error::TooLarge { .. }) => {
                let lines = vec![
                    format!("more than {MAX_COMMITS} new commits in one push cannot be checked"),
                    "Push the history in parts, the oldest first.".to_owned(),
                ];
                refused.extend(bringing.iter().map(|change| Refused::new(change, lines.clone())));
                return Ok(());
            }
            Err(error) => return Err(Error::internal(error)),
        };
        if incoming.is_empty() {
            return Ok(());
        }
        let broken = self.judge_commits(who, &incoming)?;
        for (change, tip) in bringing.iter().zip(&tips) {
            let told = if bringing.len() == 1 || !broken.complete {
                broken.all()
            } else {
                broken.reached_from(*tip, &incoming)?
            };
            let lines = match told {
                Some(lines) => Some(lines),
                None => self.judge_direction(change, *tip, &incoming, repository)?,
            };
            refused.extend(lines.map(|lines| Refused::new(change, lines)));
        }
        Ok(())
    }
}

impl Refused {
    /// The first line is the reason; all of them are for the terminal.
    fn new(change: &RefChange, lines: Vec<String>) -> Self {
        let reason = lines.first().map(|line| shown(line, 200)).unwrap_or_default();
        let mut detail = vec![format!("{} is refused: {reason}", shown(&change.name, 200))];
        detail.extend(lines.into_iter().skip(1));
        Self { name: change.name.clone(), reason, detail }
    }
}

/// Words from a repository for a terminal: no control characters, not endless.
fn shown(text: &str, longest: usize) -> String {
    let mut clean: String =
        text.chars().map(|c| if c.is_control() { '?' } else { c }).take(longest + 1).collect();
    if clean.chars().count() > longest {
        clean.pop();
        clean.push('…');
    }
    clean
}

/// A commit for people: its name's head and its first line.
fn shown_commit(commit: &git::Commit) -> String {
    format!("commit {} \"{}\"", commit.id.short(12), shown(&commit.summary(), 60))
}
