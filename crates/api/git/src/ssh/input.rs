//! What a client sends, and where a pack in it ends.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use sha1::{Digest as _, Sha1};
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};
use tokio::sync::mpsc;

/// Pieces of a channel as a stream of bytes.
pub(super) struct Input {
    pieces: mpsc::Receiver<Bytes>,
    piece: Bytes,
}

impl Input {
    pub(super) fn new(pieces: mpsc::Receiver<Bytes>) -> Self {
        Self { pieces, piece: Bytes::new() }
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while self.piece.is_empty() {
            match ready!(self.pieces.poll_recv(cx)) {
                Some(piece) => self.piece = piece,
                None => break,
            }
        }
        Poll::Ready(())
    }
}

impl AsyncBufRead for Input {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        ready!(this.poll_piece(cx));
        Poll::Ready(Ok(&this.piece))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        let piece = &mut self.get_mut().piece;
        drop(piece.split_to(amount.min(piece.len())));
    }
}

impl AsyncRead for Input {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let available = ready!(self.as_mut().poll_fill_buf(cx))?;
        let count = available.len().min(out.remaining());
        out.put_slice(&available[..count]);
        self.consume(count);
        Poll::Ready(Ok(()))
    }
}

/// The length of what stands at the end of a pack: the SHA-1 of the rest.
const SUM: usize = 20;

/// A pack that is followed by silence: whoever pushes over SSH keeps his side
/// open until he has heard the report. It ends for whoever reads this where
/// the last bytes that have come are the checksum of all before them.
pub(super) struct Pack {
    input: Input,
    sum: Sha1,
    /// The last bytes, which may be the checksum.
    tail: Vec<u8>,
    /// How much of the present piece has been looked at.
    seen: usize,
    ended: bool,
}

impl Pack {
    pub(super) fn new(input: Input) -> Self {
        Self { input, sum: Sha1::new(), tail: Vec::with_capacity(2 * SUM), seen: 0, ended: false }
    }

    fn look_at(&mut self, bytes: &[u8]) {
        if bytes.len() >= SUM {
            self.sum.update(&self.tail);
            let (before, tail) = bytes.split_at(bytes.len() - SUM);
            self.sum.update(before);
            self.tail.clear();
            self.tail.extend_from_slice(tail);
        } else {
            self.tail.extend_from_slice(bytes);
            let extra = self.tail.len().saturating_sub(SUM);
            self.sum.update(&self.tail[..extra]);
            self.tail.drain(..extra);
        }
    }

    fn is_whole(&self) -> bool {
        self.tail.len() == SUM && self.sum.clone().finalize()[..] == self.tail[..]
    }
}

impl AsyncBufRead for Pack {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        if this.input.piece.is_empty() {
            if this.ended {
                return Poll::Ready(Ok(&[]));
            }
            ready!(this.input.poll_piece(cx));
            this.seen = 0;
        }
        if this.seen == 0 {
            let piece = this.input.piece.clone();
            this.seen = piece.len();
            this.look_at(&piece);
            this.ended = piece.is_empty() || this.is_whole();
        }
        Poll::Ready(Ok(&this.input.piece))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        Pin::new(&mut self.get_mut().input).consume(amount);
    }
}

impl AsyncRead for Pack {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let available = ready!(self.as_mut().poll_fill_buf(cx))?;
        let count = available.len().min(out.remaining());
        out.put_slice(&available[..count]);
        self.consume(count);
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::io::AsyncReadExt as _;

    fn pack(content: &[u8]) -> Vec<u8> {
        let mut pack = [b"PACK", content].concat();
        let sum = Sha1::digest(&pack);
        pack.extend_from_slice(&sum);
        pack
    }

    #[tokio::test]
    async fn a_pack_ends_by_its_sum_however_it_comes() {
        let pack = pack(&vec![7; 1000]);
        for size in [1, 3, 19, 20, 21, 500, 5000] {
            let (sender, receiver) = mpsc::channel(2000);
            for piece in pack.chunks(size) {
                sender.send(Bytes::copy_from_slice(piece)).await.unwrap();
            }
            let mut all = Vec::new();
            let mut input = Pack::new(Input::new(receiver));
            // The sender is still there.
            let read = input.read_to_end(&mut all);
            tokio::time::timeout(Duration::from_secs(5), read).await.unwrap().unwrap();
            assert_eq!(all, pack, "{size}");
            drop(sender);
        }
    }

    #[tokio::test]
    async fn without_its_sum_it_ends_with_the_connection() {
        let mut pack = pack(b"abc");
        let last = pack.len() - 1;
        pack[last] ^= 1;
        let (sender, receiver) = mpsc::channel(8);
        sender.send(Bytes::from(pack.clone())).await.unwrap();
        let mut input = Pack::new(Input::new(receiver));
        let mut all = vec![0; pack.len()];
        input.read_exact(&mut all).await.unwrap();
        let more = tokio::time::timeout(Duration::from_millis(50), input.read(&mut all)).await;
        assert!(more.is_err());
        drop(sender);
        assert_eq!(input.read(&mut all).await.unwrap(), 0);
    }
}
