//! What the client is told at the end.

use bytes::{BufMut, Bytes, BytesMut};

use super::{PushRequest, RefUpdate, UpdateResult};
use crate::serve::pktline::{MAX_PACKET, put_flush, put_packet};

/// The answer to a push that is refused as a whole before git sees it: the client shows `reason`
/// beside each reference. Read the rest of the request before sending it; clients do not listen
/// while they talk.
pub fn refuse_push(request: &PushRequest, reason: &str) -> Bytes {
    let refused = request.commands.iter().map(|command| (command.name.as_str(), Some(reason)));
    write(request, "ok", refused)
}

/// The report of what became of each command.
pub(super) fn report(request: &PushRequest, unpacked: &str, updates: &[RefUpdate]) -> Bytes {
    let lines = updates.iter().map(|update| {
        let reason = match &update.result {
            UpdateResult::Updated => None,
            UpdateResult::Refused(_) if unpacked != "ok" => Some("unpacker error"),
            UpdateResult::Refused(why) => Some(why.as_str()),
        };
        (update.name.as_str(), reason)
    });
    write(request, unpacked, lines)
}

fn write<'a>(
    request: &PushRequest,
    unpacked: &str,
    lines: impl Iterator<Item = (&'a str, Option<&'a str>)>,
) -> Bytes {
    let mut report = BytesMut::new();
    if request.report {
        put_packet(&mut report, format!("unpack {unpacked}\n").as_bytes());
        for (name, reason) in lines {
            let line = match reason {
                None => format!("ok {name}\n"),
                Some(why) => format!("ng {name} {}\n", why.replace(['\n', '\r', '\0'], " ")),
            };
            put_packet(&mut report, line.as_bytes());
        }
        put_flush(&mut report);
    }
    if !request.side_band {
        return report.freeze();
    }
    let mut out = BytesMut::with_capacity(report.len() + 16);
    put_band(&mut out, 1, &report);
    put_flush(&mut out);
    out.freeze()
}

/// Text for the client's terminal, where it can be shown apart from the report.
pub(super) fn message(request: &PushRequest, text: &str) -> Bytes {
    let mut out = BytesMut::new();
    if request.side_band {
        put_band(&mut out, 2, text.as_bytes());
    }
    out.freeze()
}

/// Appends `data` in packets of this band.
pub(super) fn put_band(out: &mut BytesMut, band: u8, data: &[u8]) {
    for piece in data.chunks(MAX_PACKET - 5) {
        out.put_slice(format!("{:04x}", piece.len() + 5).as_bytes());
        out.put_u8(band);
        out.put_slice(piece);
    }
}
