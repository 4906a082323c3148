//! Pages of branches and tags: every name is looked at, only the page's objects are read.

use crate::{
    Annotation, Branch, Oid, RefKind, Repository, Result, Signature, Tag,
    commit::{lossy, signature},
    error::from_gix,
};

/// Which references are wanted, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefQuery {
    /// The short name contains this, case ignored; empty for all.
    pub keyword: String,
    /// Newest first instead of by name. That reads one object for each that the keyword lets
    /// through; about 10 µs each.
    pub newest_first: bool,
    /// How many are passed over.
    pub skip: usize,
    /// How many are wanted.
    pub limit: usize,
}

/// A page of references.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefPage<T> {
    /// The page.
    pub items: Vec<T>,
    /// How many there are on all pages.
    pub total: usize,
}

/// A reference by its short name, and what it names directly.
struct Named {
    name: String,
    target: gix::ObjectId,
}

impl Repository {
    /// A page of the branches, by name.
    ///
    /// # Errors
    /// [`crate::Error::Repository`].
    pub fn branch_page(&self, query: &RefQuery) -> Result<RefPage<Branch>> {
        let repo = self.local();
        let page = page(&repo, RefKind::Branch, query)?;
        let items = page.items.into_iter();
        let items = items.map(|it| Branch { name: it.name, commit: it.target.into() }).collect();
        Ok(RefPage { items, total: page.total })
    }

    /// A page of the tags, by name, with the words of annotated ones.
    ///
    /// # Errors
    /// [`crate::Error::Repository`].
    pub fn tag_page(&self, query: &RefQuery) -> Result<RefPage<Tag>> {
        let repo = self.local();
        let page = page(&repo, RefKind::Tag, query)?;
        let items = page.items.into_iter().filter_map(|it| tag(&repo, it)).collect();
        Ok(RefPage { items, total: page.total })
    }

    /// The tag of this name, without `refs/tags/`.
    ///
    /// # Errors
    /// [`crate::Error::Repository`].
    pub fn tag(&self, name: &str) -> Result<Option<Tag>> {
        let target = self.reference(&format!("{}{name}", RefKind::Tag.prefix()))?;
        let repo = self.local();
        Ok(target.and_then(|id| tag(&repo, Named { name: name.to_owned(), target: id.into() })))
    }
}

fn page(repo: &gix::Repository, kind: RefKind, query: &RefQuery) -> Result<RefPage<Named>> {
    let keyword = query.keyword.to_lowercase();
    let platform = repo.references().map_err(from_gix)?;
    let references = match kind {
        RefKind::Branch => platform.local_branches(),
        RefKind::Tag => platform.tags(),
    };
    let mut named = Vec::new();
    for reference in references.map_err(from_gix)? {
        // A reference that cannot be read hides itself, not its neighbours.
        let Ok(reference) = reference else { continue };
        let Some(id) = reference.try_id() else { continue };
        let full = reference.name().as_bstr();
        let name = lossy(full.strip_prefix(kind.prefix().as_bytes()).unwrap_or(full));
        if keyword.is_empty() || name.to_lowercase().contains(&keyword) {
            named.push(Named { name, target: id.detach() });
        }
    }
    let total = named.len();
    if query.newest_first {
        let mut timed: Vec<(i64, Named)> =
            named.into_iter().map(|it| (made(repo, it.target), it)).collect();
        timed.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.name.cmp(&b.1.name)));
        named = timed.into_iter().map(|(_, it)| it).collect();
    }
    let items = named.into_iter().skip(query.skip).take(query.limit).collect();
    Ok(RefPage { items, total })
}

/// When a commit or a tag was made; 0 where nothing says.
fn made(repo: &gix::Repository, id: gix::ObjectId) -> i64 {
    let Ok(object) = repo.find_object(id) else { return 0 };
    let tagged = object.try_to_tag_ref().ok().and_then(|tag| tag.tagger().ok().flatten());
    if let Some(tagger) = tagged {
        return signature(tagger).seconds;
    }
    let commit = object.peel_to_kind(gix::object::Kind::Commit);
    commit
        .ok()
        .and_then(|commit| {
            gix::objs::CommitRefIter::from_bytes(&commit.data, repo.object_hash())
                .committer()
                .ok()
                .map(|who| signature(who).seconds)
        })
        .unwrap_or(0)
}

fn tag(repo: &gix::Repository, named: Named) -> Option<Tag> {
    let object = repo.find_object(named.target).ok()?;
    let annotation = object.try_to_tag_ref().ok().map(|tag| Annotation {
        tagger: tag.tagger().ok().flatten().map(signature as fn(_) -> Signature),
        message: lossy(tag.message),
    });
    let object = object.peel_tags_to_end().ok()?;
    let (target, object): (Oid, Oid) = (named.target.into(), object.id.into());
    Some(Tag { name: named.name, target, object, annotation })
}
