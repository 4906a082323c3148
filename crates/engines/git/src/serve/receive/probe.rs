//! What [`crate::probe`] needs of this directory.

use gix::{ObjectId, objs::Kind};

use super::{
    fsck,
    pack::{Object, Reader},
};
use crate::ObjectFormat;

/// The objects of a pack that comes in pieces of `step` bytes and leans on nothing; `None` where git
/// would be asked.
pub(crate) fn unpack(
    format: ObjectFormat,
    bytes: &[u8],
    step: usize,
) -> Option<Vec<(ObjectId, usize)>> {
    let mut reader = Reader::new(format.kind());
    let mut whole = false;
    for piece in bytes.chunks(step) {
        if whole {
            // What stands behind it is seen by whoever reads on.
            return None;
        }
        whole = reader.feed(piece).ok()?;
    }
    if !whole {
        return None;
    }
    let unpacked = reader.unpack(|_| None).ok()?;
    let objects = unpacked.objects.iter();
    let found = objects.map(|object| (object.id, fsck::check(object).map_or(0, |it| it.len())));
    Some(found.collect())
}

/// Checks one object as that of a push.
pub(crate) fn check_object(format: ObjectFormat, kind: Kind, data: &[u8]) {
    let Ok(id) = gix::objs::compute_hash(format.kind(), kind, data) else { return };
    let object = Object { id, kind, data: data.to_vec(), place: 0..0 };
    if let Ok(links) = fsck::check(&object) {
        assert!(links.iter().all(|link| link.id.kind() == format.kind()));
    }
}
