//! The body of a request as git is to read it.

use std::io::{self, Write as _};
use std::pin::Pin;

use axum::body::Body;
use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use http::{HeaderMap, StatusCode, header};
use tokio::io::AsyncBufRead;
use tokio_util::io::StreamReader;

use crate::answer::Refusal;

/// How much compressed data is taken at once: what comes of it, a thousand
/// times as much at most, has to fit into memory.
const PIECE: usize = 4096;

/// A body, unpacked where it is compressed.
pub(crate) type Input = Pin<Box<dyn AsyncBufRead + Send>>;

/// Checks what the body says it is, and makes it readable.
///
/// # Errors
/// 415 for another type, or a compression that we do not know.
pub(crate) fn input(
    headers: &HeaderMap,
    service: git::Service,
    body: Body,
) -> Result<Input, Refusal> {
    let expected = format!("application/x-{}-request", service.name());
    let told = headers.get(header::CONTENT_TYPE).map(http::HeaderValue::as_bytes);
    if told != Some(expected.as_bytes()) {
        let text = format!("the content has to be {expected}");
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    }
    let pieces = body
        .into_data_stream()
        .map_err(|error| io::Error::new(io::ErrorKind::ConnectionAborted, error));
    match headers.get(header::CONTENT_ENCODING).map(http::HeaderValue::as_bytes) {
        None | Some(b"identity") => Ok(Box::pin(StreamReader::new(pieces))),
        Some(b"gzip" | b"x-gzip") => Ok(Box::pin(StreamReader::new(Box::pin(unpacked(pieces))))),
        Some(_) => Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "the content may be compressed by gzip only",
        )),
    }
}

/// The protocol that the client proposes.
pub(crate) fn protocol(headers: &HeaderMap) -> git::Protocol {
    let text = headers.get("git-protocol").and_then(|value| value.to_str().ok());
    text.map(git::Protocol::parse).unwrap_or_default()
}

struct Unpacking<S> {
    packed: S,
    piece: Bytes,
    decoder: MultiGzDecoder<Vec<u8>>,
    ended: bool,
}

fn unpacked(
    packed: impl Stream<Item = io::Result<Bytes>> + Send + Unpin,
) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let state = Unpacking {
        packed,
        piece: Bytes::new(),
        decoder: MultiGzDecoder::new(Vec::new()),
        ended: false,
    };
    stream::try_unfold(state, |mut state| async move {
        while !state.ended {
            if state.piece.is_empty() {
                match state.packed.next().await {
                    Some(piece) => state.piece = piece?,
                    None => {
                        state.ended = true;
                        state.decoder.try_finish()?;
                    }
                }
            }
            let piece = state.piece.split_to(state.piece.len().min(PIECE));
            state.decoder.write_all(&piece)?;
            let out = std::mem::take(state.decoder.get_mut());
            if !out.is_empty() {
                return Ok(Some((Bytes::from(out), state)));
            }
        }
        Ok(None)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn unpack(packed: Vec<u8>, piece: usize) -> io::Result<Vec<u8>> {
        let pieces: Vec<_> =
            packed.chunks(piece).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        unpacked(stream::iter(pieces))
            .try_fold(Vec::new(), |mut all, piece| async move {
                all.extend_from_slice(&piece);
                Ok(all)
            })
            .await
    }

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    #[tokio::test]
    async fn comes_back_whole() {
        let data: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
        for piece in [1, 7, 5000, 1 << 20] {
            assert_eq!(unpack(gzip(&data), piece).await.unwrap(), data);
        }
        assert_eq!(unpack([gzip(b"a"), gzip(b"b")].concat(), 3).await.unwrap(), b"ab");
        assert_eq!(unpack(gzip(b""), 3).await.unwrap(), b"");
    }

    #[tokio::test]
    async fn damage_is_an_error() {
        let packed = gzip(&vec![7; 100_000]);
        assert!(unpack(packed[..packed.len() - 9].to_vec(), 64).await.is_err());
        assert!(unpack(b"no gzip at all".to_vec(), 64).await.is_err());
        let mut wrong_sum = packed.clone();
        let sum = packed.len() - 6;
        wrong_sum[sum] ^= 1;
        assert!(unpack(wrong_sum, 64).await.is_err());
    }

    /// Whatever a few bytes become, only a little of it is there at a time.
    #[tokio::test]
    async fn a_bomb_goes_off_slowly() {
        let packed = gzip(&vec![0; 32 << 20]);
        assert!(packed.len() < 40_000);
        let pieces: Vec<_> =
            packed.chunks(10_000).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        let unpacked = unpacked(stream::iter(pieces));
        let mut unpacked = std::pin::pin!(unpacked);
        let (mut count, mut all) = (0, 0);
        while let Some(piece) = unpacked.try_next().await.unwrap() {
            assert!(piece.len() <= 1100 * PIECE, "{} bytes at once", piece.len());
            count += 1;
            all += piece.len();
        }
        assert_eq!(all, 32 << 20);
        assert!(count > 5, "{count} pieces");
    }
}
