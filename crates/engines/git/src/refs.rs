//! References: reading them in process, changing them by compare-and-swap.

use std::{
    collections::HashMap,
    time::{Duration, SystemTime},
};

use gix::bstr::ByteSlice;

use crate::{
    Error, HIDDEN_REFS, Oid, Repository, Result, Signature,
    commit::{lossy, signature},
    error::from_gix,
    ref_update::Reason,
};

/// A branch and the commit at its tip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The name without `refs/heads/`.
    pub name: String,
    /// The tip.
    pub commit: Oid,
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The name without `refs/tags/`.
    pub name: String,
    /// What the reference names: the tag object of an annotated tag, else as `object`.
    pub target: Oid,
    /// The object behind all tag objects, nearly always a commit.
    pub object: Oid,
    /// The words of an annotated tag.
    pub annotation: Option<Annotation>,
}

/// What an annotated tag says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// Who made the tag; some very old tags do not say.
    pub tagger: Option<Signature>,
    /// The message, without a signature that may follow it.
    pub message: String,
}

/// Where `HEAD` points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The name of the default branch (without `refs/heads/`), or `None` when `HEAD` is detached.
    pub branch: Option<String>,
    /// The commit, or `None` when the default branch has none yet.
    pub commit: Option<Oid>,
}

/// One reference as a list of them shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The full name, such as `refs/heads/main`.
    pub name: String,
    /// What it names directly.
    pub target: Oid,
    /// The object behind an annotated tag, when that is another.
    pub peeled: Option<Oid>,
}

/// A change of one reference that only happens when it is what the caller believes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefEdit {
    /// The full name, such as `refs/heads/main`.
    pub name: String,
    /// What it must be now; [`Oid::ZERO`]: it must not exist. `None`: anything.
    pub old: Option<Oid>,
    /// What it shall be; [`Oid::ZERO`]: it shall not exist.
    pub new: Oid,
}

/// Refuses what `git check-ref-format` refuses, and names outside `refs/`.
pub(crate) fn check_ref_name(name: &str) -> Result<()> {
    let valid = name.starts_with("refs/")
        && name.len() <= 1024
        && gix::validate::reference::name(name.as_bytes().as_bstr()).is_ok();
    if valid { Ok(()) } else { Err(Error::Invalid(format!("{name:?} is not a reference name"))) }
}

/// Whether `name` can be a branch's name (without `refs/heads/`).
pub fn is_branch_name(name: &str) -> bool {
    name != "HEAD"
        && !name.starts_with('-')
        && check_ref_name(&format!("refs/heads/{name}")).is_ok()
}

/// Whether `name` can be a tag's name (without `refs/tags/`).
pub fn is_tag_name(name: &str) -> bool {
    !name.starts_with('-') && check_ref_name(&format!("refs/tags/{name}")).is_ok()
}

/// So long before a reference changes may the objects have been looked at that it names.
const LOOKED_AT: Duration = Duration::from_secs(3600);

impl Repository {
    /// Where `HEAD` points.
    ///
    /// # Errors
    /// [`Error::Repository`] when `HEAD` is unreadable.
    pub fn head(&self) -> Result<Head> {
        let repo = self.local();
        let head = repo.head().map_err(from_gix)?;
        let branch = head
            .referent_name()
            .and_then(|name| name.as_bstr().strip_prefix(b"refs/heads/"))
            .map(lossy);
        let commit = head.try_into_peeled_id().map_err(from_gix)?.map(|id| id.detach().into());
        Ok(Head { branch, commit })
    }

    /// Makes `branch` the default branch: the one a clone checks out. It need not exist.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name Git would not take, [`Error::Process`].
    pub fn set_head(&self, branch: &str) -> Result<()> {
        let name = format!("refs/heads/{branch}");
        check_ref_name(&name)?;
        self.git("symbolic-ref").arg("HEAD").arg(name).output().map(drop)
    }

    /// All branches by name.
    ///
    /// # Errors
    /// [`Error::Repository`].
    pub fn branches(&self) -> Result<Vec<Branch>> {
        let repo = self.local();
        let platform = repo.references().map_err(from_gix)?;
        let mut branches = Vec::new();
        for reference in platform.local_branches().map_err(from_gix)? {
            // A reference that cannot be read hides itself, not its neighbours.
            let Ok(reference) = reference else { continue };
            let Some(id) = reference.try_id() else { continue };
            branches.push(Branch {
                name: lossy(reference.name().shorten()),
                commit: id.detach().into(),
            });
        }
        Ok(branches)
    }

    /// All tags by name, with the words of annotated ones.
    ///
    /// # Errors
    /// [`Error::Repository`].
    pub fn tags(&self) -> Result<Vec<Tag>> {
        let repo = self.local();
        let platform = repo.references().map_err(from_gix)?;
        let mut found = Vec::new();
        for reference in platform.tags().map_err(from_gix)? {
            let Ok(reference) = reference else { continue };
            let Some(id) = reference.try_id() else { continue };
            found.push((lossy(reference.name().shorten()), id.detach()));
        }
        let mut tags = Vec::with_capacity(found.len());
        for (name, target) in found {
            let Ok(object) = repo.find_object(target) else { continue };
            let annotation = object.try_to_tag_ref().ok().map(|tag| Annotation {
                tagger: tag.tagger().ok().flatten().map(signature),
                message: lossy(tag.message),
            });
            let Ok(object) = object.peel_tags_to_end() else { continue };
            tags.push(Tag { name, target: target.into(), object: object.id.into(), annotation });
        }
        Ok(tags)
    }

    /// Every reference that clients may see, sorted by name, with tags peeled. `HEAD` is not one.
    ///
    /// # Errors
    /// [`Error::Repository`].
    pub fn references(&self) -> Result<Vec<Reference>> {
        let repo = self.local();
        let platform = repo.references().map_err(from_gix)?;
        let mut all = Vec::new();
        for reference in platform.all().map_err(from_gix)? {
            let Ok(reference) = reference else { continue };
            let name = lossy(reference.name().as_bstr());
            if name.starts_with(HIDDEN_REFS) {
                continue;
            }
            let Some(id) = reference.try_id() else { continue };
            let target = id.detach();
            all.push((name, target, reference.inner.peeled));
        }
        // A loose reference does not know what it peels to; a packed one says.
        all.into_iter()
            .map(|(name, target, known)| {
                let peeled = match known {
                    Some(id) => Some(id),
                    None if name.starts_with("refs/heads/") => None,
                    None => peel(&repo, target)?,
                };
                Ok(Reference {
                    name,
                    target: target.into(),
                    peeled: peeled.filter(|id| *id != target).map(Into::into),
                })
            })
            .collect()
    }

    /// What the reference of this full name (`refs/heads/main`) names, if it exists.
    ///
    /// # Errors
    /// [`Error::Repository`].
    pub fn reference(&self, name: &str) -> Result<Option<Oid>> {
        Ok(find_exact(&self.local(), name)?.map(Into::into))
    }

    /// The commit that `rev` means. In this order: a full reference name, a branch, a tag, a
    /// commit's name (also abbreviated), any other expression of `git rev-parse` such as
    /// `main~3`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such commit.
    pub fn resolve(&self, rev: &str) -> Result<Oid> {
        let repo = self.local();
        let missing = || Error::not_found(format!("revision {rev:?}"));
        if rev.is_empty() || rev.starts_with(HIDDEN_REFS) || rev.len() > 1024 {
            return Err(missing());
        }
        let named = if rev.starts_with("refs/") {
            find_exact(&repo, rev)?
        } else {
            match find_exact(&repo, &format!("refs/heads/{rev}"))? {
                Some(id) => Some(id),
                None => find_exact(&repo, &format!("refs/tags/{rev}"))?,
            }
        };
        let id = match named {
            Some(id) => id,
            None => match Oid::from_hex(rev) {
                Ok(id) if id.format() == self.format() => id.into(),
                // A whole name of the other format may be the beginning of one.
                _ => {
                    let whole = completed(&repo, rev)?;
                    let rev = whole.as_deref().unwrap_or(rev);
                    repo.rev_parse_single(rev).map_err(|_| missing())?.detach()
                }
            },
        };
        let object = repo.find_object(id).map_err(|_| missing())?;
        let commit = object.peel_to_kind(gix::object::Kind::Commit).map_err(|_| missing())?;
        Ok(commit.id.into())
    }

    /// Changes references, all or none, each only when it is what the edit expects. On disk when
    /// this returns. `who` and `why` go to the reflog.
    ///
    /// # Errors
    /// [`Error::Conflict`] when a reference is not what was expected, [`Error::Invalid`] for a
    /// name Git would not take or an object that is not there.
    pub fn edit_refs(&self, edits: &[RefEdit], who: &Signature, why: &str) -> Result<()> {
        let hold = self.hold_removals()?;
        let tips: Vec<Oid> = edits.iter().map(|edit| edit.new).collect();
        self.check_after_removal(&hold, SystemTime::now() - LOOKED_AT, &tips)?;
        if self.is_odd(edits) {
            return self.update_ref(edits, who, why);
        }
        let time = Some((who.seconds, who.offset_minutes));
        self.change_refs(edits, &Reason { name: &who.name, mail: &who.mail, time, text: why })
    }

    /// Whether something is to be deleted that is symbolic or broken, which git knows how to.
    ///
    /// Nothing that comes in by a push, by the API or by an import makes a symbolic reference, and a
    /// disk that broke one is no daily matter: not worth a second way of doing what git does.
    pub(crate) fn is_odd(&self, edits: &[RefEdit]) -> bool {
        let gone = edits.iter().filter(|edit| edit.new.is_zero());
        gone.filter(|edit| check_ref_name(&edit.name).is_ok())
            .any(|edit| self.value(&self.path().join(&edit.name), &edit.name).is_err())
    }

    /// As [`Repository::edit_refs`], by git.
    pub(crate) fn update_ref(&self, edits: &[RefEdit], who: &Signature, why: &str) -> Result<()> {
        let mut script = String::from("start\0");
        for edit in edits {
            check_ref_name(&edit.name)?;
            let old = edit.old.map(|id| self.format().hex(id)).unwrap_or_default();
            if edit.new.is_zero() {
                script.push_str(&format!("delete {}\0{old}\0", edit.name));
            } else {
                script.push_str(&format!("update {}\0{}\0{old}\0", edit.name, edit.new));
            }
        }
        script.push_str("prepare\0commit\0");
        let outcome = self
            .git("update-ref")
            .args(["--stdin", "-z", "--no-deref", "-m"])
            .arg(why.replace(['\n', '\0'], " "))
            .env("GIT_COMMITTER_NAME", clean_identity(&who.name))
            .env("GIT_COMMITTER_EMAIL", clean_identity(&who.mail))
            .stdin(script.into_bytes())
            .output();
        match outcome {
            Ok(_) => self.sync_refs(edits.iter().map(|edit| edit.name.as_str())),
            Err(Error::Process { stderr, .. })
                if [
                    "but expected",
                    "reference already exists",
                    "unable to resolve reference",
                    "exists; cannot create",
                ]
                .iter()
                .any(|sign| stderr.contains(sign)) =>
            {
                Err(Error::Conflict(stderr))
            }
            Err(Error::Process { stderr, .. })
                if ["nonexistent object", "non-commit object", "invalid", "bad name"]
                    .iter()
                    .any(|sign| stderr.contains(sign)) =>
            {
                Err(Error::Invalid(stderr))
            }
            Err(other) => Err(other),
        }
    }

    /// Makes the directory entries of these references durable. git hardens a reference's content
    /// before it renames the file into place, but not the renaming.
    pub(crate) fn sync_refs<'a>(&self, names: impl Iterator<Item = &'a str>) -> Result<()> {
        let mut seen = HashMap::new();
        seen.insert(self.path().to_path_buf(), ());
        for name in names {
            let file = self.path().join(name);
            for directory in file.ancestors().skip(1).take_while(|path| *path != self.path()) {
                if seen.insert(directory.to_path_buf(), ()).is_some() {
                    break;
                }
            }
        }
        for directory in seen.keys() {
            match crate::repository::sync(directory) {
                // An emptied directory is removed with its last reference.
                Err(Error::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {}
                other => other?,
            }
        }
        Ok(())
    }
}

/// A name as git's identity rules want it, never empty.
pub(crate) fn clean_identity(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !matches!(c, '<' | '>' | '\n' | '\0')).collect();
    let clean = clean.trim();
    if clean.is_empty() { "unknown".to_owned() } else { clean.to_owned() }
}

/// The object that the reference of exactly this name leads to. gitoxide's own look-up also tries
/// `refs/tags/<name>` and the like, which could be made to shadow another.
fn find_exact(repo: &gix::Repository, name: &str) -> Result<Option<gix::ObjectId>> {
    if check_ref_name(name).is_err() {
        return Ok(None);
    }
    match repo.try_find_reference(name).map_err(from_gix)? {
        Some(mut reference) if reference.name().as_bstr() == name => {
            match reference.follow_to_object() {
                Ok(id) => Ok(Some(id.detach())),
                Err(_) => Ok(None),
            }
        }
        _ => Ok(None),
    }
}

/// The one object whose name begins with these digits, four or more.
pub(crate) fn find_by_prefix(repo: &gix::Repository, digits: &str) -> Option<gix::ObjectId> {
    let length = repo.object_hash().len_in_hex();
    if !(4..=length).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    // gitoxide takes digits alone for SHA-1's, and finds no loose object of another format.
    let id = gix::ObjectId::from_hex(format!("{digits:0<length$}").as_bytes()).ok()?;
    let prefix = gix::hash::Prefix::new(&id, digits.len()).ok()?;
    repo.objects.lookup_prefix(prefix, None).ok()??.ok()
}

/// An expression that begins with an abbreviated name, with the whole one; `None` where it does
/// not, or where gitoxide does that itself.
fn completed(repo: &gix::Repository, rev: &str) -> Result<Option<String>> {
    if repo.object_hash() == gix::hash::Kind::Sha1 {
        return Ok(None);
    }
    let (digits, rest) = rev.split_at(rev.find(['~', '^', '@', ':']).unwrap_or(rev.len()));
    for directory in ["refs/heads/", "refs/tags/"] {
        if find_exact(repo, &format!("{directory}{digits}"))?.is_some() {
            return Ok(None);
        }
    }
    Ok(find_by_prefix(repo, digits).map(|id| format!("{id}{rest}")))
}

fn peel(repo: &gix::Repository, id: gix::ObjectId) -> Result<Option<gix::ObjectId>> {
    let Ok(header) = repo.find_header(id) else { return Ok(None) };
    if header.kind() != gix::object::Kind::Tag {
        return Ok(None);
    }
    let object = repo.find_object(id).map_err(from_gix)?;
    Ok(object.peel_tags_to_end().ok().map(|object| object.id))
}
