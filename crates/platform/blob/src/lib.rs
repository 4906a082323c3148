//! Large values by the SHA-256 of their content: logs, artifacts,
//! attachments, results.
//!
//! A blob never changes; the same content is stored once. [`Blobs`] keeps them
//! in a directory or in a bucket of an S3 service, behind the same few verbs.
//! What a blob means, who may read it and when it may go is written down in
//! the database by whoever put it there.

mod keys;
mod local;
mod s3;
mod store;

pub use keys::BlobRef;
pub use s3::S3Options;
pub use store::{BlobStream, Blobs};
