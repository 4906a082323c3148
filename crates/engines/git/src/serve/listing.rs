//! The references as the protocol lists them.

use bytes::BytesMut;
use gix::{bstr::BString, refs::TargetRef};

use super::pktline::{put_flush, put_packet};
use crate::{HIDDEN_REFS, Oid, Repository, Result, error::from_gix};

/// A reference with what a listing may say of it.
pub(super) struct Listed {
    pub(super) name: BString,
    pub(super) oid: Oid,
    pub(super) symbolic: Option<BString>,
    /// `None`: not looked up yet.
    peeled: Option<Oid>,
}

/// What a client asks of `ls-refs`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct LsRefs {
    pub(super) peel: bool,
    pub(super) symrefs: bool,
    pub(super) unborn: bool,
    pub(super) prefixes: Vec<Vec<u8>>,
}

/// Like git, which gives up filtering when there are this many prefixes.
const TOO_MANY_PREFIXES: usize = 65536;

impl LsRefs {
    fn wants(&self, name: &[u8]) -> bool {
        self.prefixes.is_empty()
            || self.prefixes.len() >= TOO_MANY_PREFIXES
            || self.prefixes.iter().any(|prefix| name.starts_with(prefix))
    }
}

impl Repository {
    /// Every visible reference whose name passes `wanted`, in git's order.
    pub(super) fn listed(
        &self,
        repo: &gix::Repository,
        wanted: impl Fn(&[u8]) -> bool,
    ) -> Result<Vec<Listed>> {
        let platform = repo.references().map_err(from_gix)?;
        let mut listed = Vec::new();
        let mut symbolic = Vec::new();
        for reference in platform.all().map_err(from_gix)? {
            // Like git: a broken reference is passed over.
            let Ok(reference) = reference else { continue };
            let name = reference.name().as_bstr();
            if name.starts_with(HIDDEN_REFS.as_bytes()) || !wanted(name) {
                continue;
            }
            match reference.target() {
                TargetRef::Object(id) => listed.push(Listed {
                    name: name.to_owned(),
                    oid: id.to_owned().into(),
                    symbolic: None,
                    peeled: reference.inner.peeled.map(Into::into),
                }),
                TargetRef::Symbolic(target) => {
                    symbolic.push((reference.name().to_owned(), target.as_bstr().to_owned()));
                }
            }
        }
        for (name, target) in symbolic {
            let Ok(mut reference) = repo.find_reference(name.as_ref()) else { continue };
            let Ok(id) = reference.follow_to_object() else { continue };
            listed.push(Listed {
                name: name.into_inner(),
                oid: id.detach().into(),
                symbolic: Some(target),
                peeled: None,
            });
        }
        listed.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(listed)
    }

    /// The answer to the command `ls-refs` of protocol version 2.
    pub(super) fn ls_refs(&self, request: &LsRefs) -> Result<BytesMut> {
        let repo = self.local();
        let mut out = BytesMut::with_capacity(4096);
        let mut line = Vec::with_capacity(256);
        if request.wants(b"HEAD") {
            let head = repo.head().map_err(from_gix)?;
            let target = head.referent_name().map(|name| name.as_bstr().to_owned());
            let id = head.try_into_peeled_id().ok().flatten().map(|id| Oid::from(id.detach()));
            // An unborn HEAD is only told to clients that know of it.
            if id.is_some() || (request.unborn && request.symrefs && target.is_some()) {
                match id {
                    Some(id) => line.extend_from_slice(id.to_string().as_bytes()),
                    None => line.extend_from_slice(b"unborn"),
                }
                line.extend_from_slice(b" HEAD");
                if let (true, Some(target)) = (request.symrefs, target) {
                    line.extend_from_slice(b" symref-target:");
                    line.extend_from_slice(&target);
                }
                line.push(b'\n');
                put_packet(&mut out, &line);
            }
        }
        for reference in self.listed(&repo, |name| request.wants(name))? {
            line.clear();
            line.extend_from_slice(reference.oid.to_string().as_bytes());
            line.push(b' ');
            line.extend_from_slice(&reference.name);
            if let (true, Some(target)) = (request.symrefs, &reference.symbolic) {
                line.extend_from_slice(b" symref-target:");
                line.extend_from_slice(target);
            }
            if request.peel
                && let Some(peeled) = peeled(&repo, &reference)
            {
                line.extend_from_slice(b" peeled:");
                line.extend_from_slice(peeled.to_string().as_bytes());
            }
            line.push(b'\n');
            put_packet(&mut out, &line);
        }
        put_flush(&mut out);
        Ok(out)
    }
}

/// The object behind an annotated tag.
fn peeled(repo: &gix::Repository, reference: &Listed) -> Option<Oid> {
    // Git lets nothing but commits be branches, so most references cost no look-up.
    if reference.name.starts_with(b"refs/heads/") {
        return None;
    }
    if let Some(known) = reference.peeled {
        return (known != reference.oid).then_some(known);
    }
    let id = reference.oid.within(repo)?;
    let header = repo.try_find_header(id).ok().flatten()?;
    if header.kind() != gix::object::Kind::Tag {
        return None;
    }
    let object = repo.find_object(id).ok()?.peel_tags_to_end().ok()?;
    Some(object.id.into())
}
