//! Serving fetches and pushes to git clients, over connections without state (smart HTTP).
//!
//! What names references is answered in this process, and so are pushes. What a fetch moves is
//! packed by `git upload-pack`, and a push that is not plainly fine is judged by `git index-pack`,
//! with nothing but bounded buffers in between.

mod advertise;
mod listing;
pub mod pktline;
pub(crate) mod probe;
mod pump;
mod receive;
mod session;
mod share;
mod upload;

pub use advertise::{Protocol, Service};
pub use pump::PackStream;
pub use receive::{
    Arrived, PushRequest, Pusher, Received, Receiving, RefCommand, RefUpdate, UpdateResult, drain,
    refuse_push,
};

pub use session::{read_request, refuse_archive};

pub(crate) use pump::{complaint, pass, start};
pub(crate) use receive::{QUARANTINE, is_connected};

use bytes::{Bytes, BytesMut};

/// A message that a git client shows as `remote error: …`, as the whole answer to a request.
pub fn error_packet(message: &str) -> Bytes {
    let mut out = BytesMut::new();
    let message = message.replace(['\n', '\r'], " ");
    pktline::put_packet(&mut out, format!("ERR {message}").as_bytes());
    out.freeze()
}
