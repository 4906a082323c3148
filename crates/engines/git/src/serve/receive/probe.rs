//! What [`crate::probe`] needs of this directory.

use std::io::Read;

use bytes::Bytes;
use gix::{ObjectId, objs::Kind};
use tokio::sync::mpsc;

use super::{
    fsck,
    large::{Spool, Stop, Watch},
    pack::{Object, Reader},
    quarantine::Quarantine,
};
use crate::{Error, ObjectFormat, Repository, Result};

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
    let found = objects.map(|object| (object.id, links(format, object)));
    Some(found.collect())
}

/// Takes a pack, in pieces of `step` bytes, as a large one into the quarantine of a repository; false
/// where git would be asked, which would get the bytes as they came.
pub(crate) fn take_large(repository: &Repository, bytes: &[u8], step: usize) -> Result<bool> {
    let pieces: Vec<Bytes> = bytes.chunks(step).map(Bytes::copy_from_slice).collect();
    let (sender, waiting) = mpsc::channel(pieces.len().max(1));
    for piece in pieces {
        // There is room for all.
        drop(sender.try_send(piece));
    }
    drop(sender);
    let spool = Spool::create(Quarantine::create(&repository.path().join("objects"))?)?;
    let outcome = match spool.take(repository.format().kind(), waiting) {
        Ok(pack) => spool.index(repository, pack, &Watch::default()),
        Err(stop) => Err(stop),
    };
    match outcome {
        Ok(_) => Ok(true),
        Err(Stop::Failed(error)) => Err(error),
        Err(Stop::Junk) => Ok(false),
        Err(Stop::ForGit) => {
            let mut kept = Vec::new();
            let read = spool.read()?.read_to_end(&mut kept);
            read.map_err(Error::io("cannot read a pack"))?;
            assert!(kept == bytes, "git would get other bytes");
            Ok(false)
        }
    }
}

/// Checks one object as that of a push.
pub(crate) fn check_object(format: ObjectFormat, kind: Kind, data: &[u8]) {
    if let Ok(links) = fsck::check(kind, data, format.kind()) {
        assert!(links.iter().all(|link| link.id.kind() == format.kind()));
    }
}

fn links(format: ObjectFormat, object: &Object) -> usize {
    fsck::check(object.kind, &object.data, format.kind()).map_or(0, |links| links.len())
}
