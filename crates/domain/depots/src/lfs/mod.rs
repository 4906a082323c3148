//! Git LFS: large files that lie beside a repository in the blob store, and
//! locks by which people keep out of each other's way.
//!
//! A depot holds an object once somebody who may write it has sent the whole
//! content; that another depot holds the same is not told to anybody. Content
//! that no depot holds any more goes after a while.

mod locks;
mod objects;
mod token;

pub use locks::{Lock, LockFilter, Locks, lock, locks, unlock};
pub use objects::{Object, bytes, held, open, store};
pub use token::{Pass, admit, issue};

pub(crate) use locks::all as all_locks;
pub(crate) use objects::{Objects, forget};
